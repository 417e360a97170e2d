import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate, generateAlternatives } from '../../../../src/engine/inference/generate';
import { LanguageModel } from '../../../../src/engine/inference/language-model';
import { logProbability } from '../../../../src/engine/inference/score';
import { healedLogits, healingPieces, rowsToHeal } from '../../../../src/engine/inference/token-healing';

const GREEDY = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, textOnly: true } as const;

let cacheFolder: string;
let model: LanguageModel;
beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'tsuzuki-healing-'));
  model = await LanguageModel.open(join(import.meta.dirname, '../../../../models/tsuzuki-base-ja'), { cacheFolder });
});
afterAll(async () => {
  await model.close();
  await rm(cacheFolder, { recursive: true });
});

/** The pieces that may replace the end of a text, by what they spell. */
function piecesAt(text: string) {
  const pieces = healingPieces(model.tokenizer, model.tokenizer.encode(text));
  return pieces.map(({ id, replaced }) => ({ piece: model.tokenizer.pieces([id])[0], replaced }));
}

test('pieces spell the end of the prompt and go on, from as far back as pieces reach', () => {
  const pieces = piecesAt('漁師というこ');
  expect(pieces).toContainEqual({ piece: 'ということ', replaced: 2 });
  expect(pieces).toContainEqual({ piece: 'この', replaced: 1 });
  expect(pieces.map(({ replaced }) => replaced)).toEqual(pieces.map(({ replaced }) => replaced).sort((a, b) => b - a));
  for (const { piece } of pieces) expect(piece).toMatch(/^(というこ|こ)./u);
});

test('the first token of a prompt stays', () => {
  expect(healingPieces(model.tokenizer, model.tokenizer.encode('漁').slice(-1))).toEqual([]);
  expect(healingPieces(model.tokenizer, [])).toEqual([]);
});

// Greedy.
test.each([
  ['彼は空を見上げ', 'て、'],
  ['「そうだ」と言', 'って、'],
])('%s║%s', async (before, next) => {
  const prompt = model.tokenizer.encode(before);
  const written = async (heals: boolean) => {
    const options = { ...GREEDY, heals, maxNewTokens: 4, stopAt: 'none', seeds: [1] } as const;
    return (await generateAlternatives(model, prompt, options))[0]?.text ?? '';
  };
  expect((await written(true)).slice(0, next.length)).toBe(next);
  expect((await written(false)).slice(0, next.length)).not.toBe(next);
});

describe('what may follow is as likely as all of its tokens together', () => {
  test.each(['漁師というこ', '彼は老いていた。漁', 'そのは'])('%s', async (text) => {
    const prompt = model.tokenizer.encode(text);
    const pieces = healingPieces(model.tokenizer, prompt);
    const reach = rowsToHeal(pieces) - 1;
    const healed = healedLogits(await model.logitsAfter(prompt, {}, reach + 1), prompt, pieces);
    const V = model.config.vocab_size;
    expect(healed).toHaveLength(V + pieces.length);

    /** log p of tokens, one after the other, behind the first `from` ones. */
    const judged = async (tokens: readonly number[]) => {
      let sum = 0;
      for (let i = prompt.length - reach; i < tokens.length; i++) {
        sum += logProbability(await model.logitsAfter(tokens.slice(0, i)), tokens[i] ?? 0);
      }
      return sum;
    };
    const common = (healed[0] ?? 0) - (await judged([...prompt, 0]));
    for (const index of [0, 1, Math.floor(pieces.length / 2), pieces.length - 1]) {
      const { id, replaced } = pieces[index] ?? { id: 0, replaced: 0 };
      const expected = await judged([...prompt.slice(0, prompt.length - replaced), id]);
      expect((healed[V + index] ?? 0) - common).toBeCloseTo(expected, 2);
    }
  });
});

test('a piece that replaces the end is gone on from as if it had stood there', async () => {
  const prompt = model.tokenizer.encode('彼は老いていた。漁');
  const options = { ...GREEDY, maxNewTokens: 6, stopAt: 'none' } as const;
  const [healed] = await generateAlternatives(model, prompt, { ...options, heals: true, seeds: [1] });
  const first = healed?.ids[0] ?? 0;
  const replaced = healingPieces(model.tokenizer, prompt).find(({ id }) => id === first)?.replaced ?? 0;
  expect(replaced).toBeGreaterThan(0);
  const begun = [...prompt.slice(0, -replaced), first];
  const { ids } = await generate(model, begun, { ...options, maxNewTokens: 5, seed: 1 });
  expect(healed?.ids).toEqual([first, ...ids]);
  expect(model.tokenizer.decode([...begun, ...ids])).toBe(`彼は老いていた。漁${healed?.text}`);
});

test('alternatives leave the prompt where each wants to, and the model holds the first of them', async () => {
  const prompt = model.tokenizer.encode('彼は老いていた。漁');
  const options = { ...GREEDY, temperature: 1, maxNewTokens: 5, stopAt: 'none', heals: true } as const;
  const together = await generateAlternatives(model, prompt, { ...options, seeds: [1, 2, 3, 4] });
  const ids = together[0]?.ids ?? [];
  const replaced = healingPieces(model.tokenizer, prompt).find(({ id }) => id === ids[0])?.replaced ?? 0;
  expect(model.heldOf([...prompt.slice(0, prompt.length - replaced), ...ids])).toBe(prompt.length - replaced + 4);
  for (const [i, seed] of [1, 2, 3, 4].entries()) {
    const [alone] = await generateAlternatives(model, prompt, { ...options, seeds: [seed] });
    expect(together[i]?.text).toBe(alone?.text);
  }
});

test('what the first token must not be, no piece is either', async () => {
  const prompt = model.tokenizer.encode('「そうだ」と言');
  const options = { ...GREEDY, maxNewTokens: 1, stopAt: 'none', heals: true } as const;
  const drawn = await generateAlternatives(model, prompt, { ...options, seeds: [1, 2, 3], distinct: true });
  expect(new Set(drawn.map(({ ids }) => ids[0])).size).toBe(3);
  for (const { text } of drawn) expect(text).not.toBe('');
});
