import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { writeOptimumFolder } from '../bench/optimum-folder';
import { TransformersJsModel } from '../bench/transformers-js-model';
import { maxAbsDifference, readGolden, rowsOf } from './golden-tensors';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-optimum-'));
});
afterAll(() => rm(scratch, { recursive: true }));

describe.each(['gpt2-tiny', 'gpt2-tiny-gelu-ninner', 'gpt2-tiny-scaled'])(
  'transformers.js gives the logits of Hugging Face from our export of %s',
  (name) => {
    const source = join(import.meta.dirname, name);
    const golden = readGolden(join(source, 'golden.safetensors'));
    const ids = rowsOf(golden.get('input_ids'));
    const rows = rowsOf(golden.get('logits'));
    let model: TransformersJsModel;
    beforeAll(async () => {
      const folder = join(scratch, name);
      await writeOptimumFolder(await openCheckpoint(source), folder);
      model = await TransformersJsModel.open({ folder, dtype: 'fp32' }, 1);
    });
    afterAll(() => model.close());

    test('in one go', async () => {
      for (const [b, tokens] of ids.entries()) {
        const expected = rows.slice(b * tokens.length, (b + 1) * tokens.length).flat();
        expect(maxAbsDifference(await model.logits(tokens), expected)).toBeLessThan(1e-4);
      }
    });

    test('greedy with the cache, token by token, as without it', async () => {
      const prompt = (ids[0] ?? []).slice(0, 5);
      const generated = await model.generate(prompt, 6);
      const recomputed: number[] = [];
      for (let n = 0; n < 6; n++) {
        const logits = await model.logits([...prompt, ...recomputed]);
        const last = logits.slice(-(rows[0]?.length ?? 0));
        recomputed.push(last.indexOf(Math.max(...last)));
      }
      expect(generated.ids).toEqual(recomputed);
    });
  },
);
