import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateAlternatives } from '../../../../src/engine/inference/generate';
import { LanguageModel } from '../../../../src/engine/inference/language-model';
import { logProbability } from '../../../../src/engine/inference/score';
import { scoreBranches } from '../../../../src/engine/inference/score-branches';

let cacheFolder: string;
let model: LanguageModel;
let prompt: number[];
beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'tsuzuki-branches-'));
  model = await LanguageModel.open(join(import.meta.dirname, '../../../../models/tsuzuki-base-ja'), { cacheFolder });
  prompt = model.tokenizer.encode('彼は老いていた。漁師は');
});
afterAll(async () => {
  await model.close();
  await rm(cacheFolder, { recursive: true });
});

test('branches are judged side by side as each is by itself', async () => {
  const branches = ['海へ出た。', '静かだった。海は', '舟'].map((text, i) => ({
    ids: model.tokenizer.encode(text),
    from: i,
  }));
  const scores = await scoreBranches(model, prompt, branches);
  for (const [i, { ids, from }] of branches.entries()) {
    let sum = 0;
    for (let t = from; t < ids.length; t++) {
      const logits = await model.logitsAfter([...prompt, ...ids.slice(0, t)]);
      sum += logProbability(logits, ids[t] ?? 0);
    }
    expect(scores?.[i]).toBeCloseTo(sum, 3);
  }
});

test('who has lost interest gets nothing, and nothing is evaluated', async () => {
  const branches = [{ ids: prompt, from: 0 }];
  model.clearCache();
  expect(await scoreBranches(model, prompt, branches, AbortSignal.abort())).toBeUndefined();
  expect(model.heldOf(prompt)).toBe(0);
});

test('greedy alternatives that are to be distinct begin with as many tokens, the likeliest first', async () => {
  const options = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, maxNewTokens: 4 };
  const drawn = await generateAlternatives(model, prompt, {
    ...options,
    stopAt: 'none',
    seeds: [1, 2, 3],
    distinct: true,
  });
  const logits = await model.logitsAfter(prompt);
  const likeliest = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0)).slice(0, 3);
  expect(drawn.map(({ ids }) => ids[0])).toEqual(likeliest);
});

test.each([
  ['next-line', '彼は老いていた。', /^\n[^\n]/u],
  ['go-on', '彼は老いていた。', /^[^\n]/u],
] as const)('%s: what comes first behind %s', async (atFirst, text, shape) => {
  const { tokenizer } = model;
  const notFirst = new Set(
    Array.from({ length: tokenizer.vocabularySize }, (_, id) => id).filter((id) => !tokenizer.opensLine(id)),
  );
  const options = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, maxNewTokens: 6 };
  const own = atFirst === 'next-line' ? { notFirst } : {};
  const ids = tokenizer.encode(text);
  const [one] = await generateAlternatives(model, ids, { ...options, ...own, stopAt: 'sentence', atFirst, seeds: [1] });
  expect(one?.text).toMatch(shape);
});
