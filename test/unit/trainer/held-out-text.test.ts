import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LanguageModel } from '../../../src/engine/inference/language-model';
import { scoreText } from '../../../src/engine/inference/score';
import { heldOutText } from '../../../src/trainer/held-out-text';
import { proseOf } from '../text/manuscript/prose';

const EMBEDDED = join(import.meta.dirname, '../../../models/tsuzuki-base-ja');

test('bits per character are those of `tsuzuki score` for the same loss', async () => {
  const model = await LanguageModel.open(EMBEDDED, { cacheFolder: '', logitsOf: 'all', precision: 'fp32' });
  const text = proseOf(7, 6);
  const score = await scoreText(model, text);
  await model.close();
  const heldOut = heldOutText(model.tokenizer, [{ file: '海.txt', text }], 256);
  // Score predicts all tokens but the first.
  const predicted = (score.tokens - 1) / score.tokens;
  expect(heldOut.bitsPerCharacter(score.nats_per_token) * predicted).toBeCloseTo(score.bits_per_character, 10);
});

test('blank texts count for nothing, and without text there is nothing to count', async () => {
  const model = await LanguageModel.open(EMBEDDED, { cacheFolder: '', precision: 'fp32' });
  await model.close();
  const { tokenizer } = model;
  const text = proseOf(7, 6);
  const alone = heldOutText(tokenizer, [{ file: '海.txt', text }], 64);
  const beside = heldOutText(
    tokenizer,
    [
      { file: '空.txt', text: '\n　\n' },
      { file: '海.txt', text },
    ],
    64,
  );
  expect(beside.blocks).toEqual(alone.blocks);
  expect(beside.bitsPerCharacter(4)).toBe(alone.bitsPerCharacter(4));
  expect(heldOutText(tokenizer, [], 64)).toMatchObject({ blocks: [] });
});
