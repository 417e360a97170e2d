import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { batchOf } from '../../src/engine/training/blocks';
import { checkpointParameters } from '../../src/engine/training/parameters';
import { TrainingSession } from '../../src/engine/training/training-session';
import { readGolden, rowsOf } from './golden-tensors';
import { comparable, relativeDifference } from './relative-difference';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-gradients-'));
});
afterAll(() => rm(scratch, { recursive: true }));

describe.each(['gpt2-tiny', 'gpt2-tiny-gelu-ninner', 'gpt2-tiny-scaled'])('%s', (name) => {
  const folder = join(import.meta.dirname, name);
  const golden = readGolden(join(folder, 'golden.safetensors'));
  const batch = batchOf(rowsOf(golden.get('input_ids')).map((ids) => Int32Array.from(ids)));

  test('gives the loss and every gradient of PyTorch', async () => {
    const checkpoint = await openCheckpoint(folder);
    // The golden values were made with dropout off.
    const config = { ...checkpoint.config, attn_pdrop: 0, embd_pdrop: 0, resid_pdrop: 0 };
    const session = await TrainingSession.create(
      { ...checkpoint, config },
      { method: { method: 'full' }, cacheFolder: scratch },
    );
    const parameters = await checkpointParameters(checkpoint);
    const lossScale = 1 / batch.labelCount;
    const { loss, gradients } = await session.gradients(batch, parameters, {
      lossScale,
      masks: () => new Uint8Array(),
    });
    const expected = golden.get('loss')?.data[0] ?? Number.NaN;
    expect(Math.abs(loss * lossScale - expected)).toBeLessThan(1e-5);
    expect(Math.abs((await session.loss(batch, parameters)) * lossScale - expected)).toBeLessThan(1e-5);

    const names = [...golden.keys()].filter((key) => key.startsWith('grad.'));
    expect(names.length).toBe(parameters.size);
    for (const key of names) {
      const parameter = key.replace(/^grad\.(transformer\.)?/, '');
      const ours = comparable(parameter, gradients.get(parameter) ?? []);
      expect(relativeDifference(ours, comparable(parameter, golden.get(key)?.data ?? [])), key).toBeLessThan(1e-5);
    }
    await session.release();
  });
});
