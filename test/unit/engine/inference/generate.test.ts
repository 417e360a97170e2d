import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fitPrompt, generate, generateAlternatives } from '../../../../src/engine/inference/generate';
import { LanguageModel } from '../../../../src/engine/inference/language-model';
import type { GenerateOptions } from '../../../../src/engine/inference/sequence';
import { sentenceEnd } from '../../../../src/engine/inference/stop-rules';
import { writeByteLevelModel } from '../../../byte-level-model';

const EMBEDDED = join(import.meta.dirname, '../../../../models/tsuzuki-base-ja');
const OPTIONS: GenerateOptions = {
  maxNewTokens: 40,
  temperature: 1,
  topK: 50,
  topP: 0.95,
  minP: 0,
  repetitionPenalty: 1,
  seed: 1,
  stopAt: 'none',
};
const SEEDS = Array.from({ length: 12 }, (_, seed) => seed);

let cacheFolder: string;
let model: LanguageModel;
let prompt: number[];
beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'tsuzuki-generate-'));
  model = await LanguageModel.open(EMBEDDED, { cacheFolder });
  prompt = model.tokenizer.encode('彼は老いていた。漁師は');
});
afterAll(async () => {
  await model.close();
  await rm(cacheFolder, { recursive: true });
});

test('the text arrives bit by bit, and all of it', async () => {
  const told: string[] = [];
  let prompts = 0;
  const { text, ids } = await generate(model, prompt, OPTIONS, {
    onText: (added) => told.push(added),
    onPrompt: () => prompts++,
  });
  expect(told.join('')).toBe(text);
  expect(told.length).toBeGreaterThan(10);
  expect(prompts).toBe(1);
  expect(model.tokenizer.decode([...prompt, ...ids])).toBe(model.tokenizer.decode(prompt) + text);
});

test('the same seed gives the same, whatever the cache holds', async () => {
  const first = await generate(model, prompt, OPTIONS);
  await generate(model, model.tokenizer.encode('朝の港は'), { ...OPTIONS, seed: 9 });
  expect(await generate(model, prompt, OPTIONS)).toEqual(first);
  model.clearCache();
  expect(await generate(model, prompt, OPTIONS)).toEqual(first);
  expect(await generate(model, prompt, { ...OPTIONS, seed: 2 })).not.toEqual(first);
});

describe('where it stops', () => {
  test('at the limit', async () => {
    const { ids, finish } = await generate(model, prompt, { ...OPTIONS, maxNewTokens: 3 });
    expect({ length: ids.length, finish }).toEqual({ length: 3, finish: 'length' });
  });

  test('at the sentence: the text is one sentence, and nothing behind it is told', async () => {
    let sentences = 0;
    for (const seed of SEEDS) {
      const told: string[] = [];
      const options = { ...OPTIONS, seed, stopAt: 'sentence' as const, maxNewTokens: 80 };
      const { text, finish } = await generate(model, prompt, options, { onText: (added) => told.push(added) });
      expect(told.join('')).toBe(text);
      if (finish !== 'sentence') continue;
      sentences++;
      expect(sentenceEnd(text)).toBe(text.length);
    }
    expect(sentences).toBeGreaterThan(SEEDS.length / 2);
  });

  test('at the paragraph: what comes is the beginning of what comes without stopping', async () => {
    let paragraphs = 0;
    for (const seed of SEEDS) {
      const { ids, text, finish } = await generate(model, prompt, { ...OPTIONS, seed, stopAt: 'paragraph' });
      const endless = await generate(model, prompt, { ...OPTIONS, seed });
      expect(endless.ids.slice(0, ids.length)).toEqual(ids);
      expect(endless.text.startsWith(text)).toBe(true);
      if (finish !== 'paragraph') continue;
      paragraphs++;
      const [next = -1] = endless.ids.slice(ids.length);
      expect(model.tokenizer.opensLine(next)).toBe(true);
    }
    expect(paragraphs).toBeGreaterThan(0);
  });

  test('where it is cancelled: before the prompt, or within a token', async () => {
    expect(await generate(model, prompt, OPTIONS, { signal: AbortSignal.abort() })).toEqual({
      text: '',
      ids: [],
      finish: 'cancelled',
    });
    const cancellation = new AbortController();
    const whole = await generate(model, prompt, OPTIONS);
    let calls = 0;
    const cancelled = await generate(model, prompt, OPTIONS, {
      signal: cancellation.signal,
      onText: () => {
        if (++calls === 5) cancellation.abort();
      },
    });
    expect(cancelled.finish).toBe('cancelled');
    expect(whole.text.startsWith(cancelled.text)).toBe(true);
    expect(cancelled.ids.length).toBeLessThan(whole.ids.length);
    // And the model goes on as if nothing had happened.
    expect(await generate(model, prompt, OPTIONS)).toEqual(whole);
  });

  test('at the last position that the model knows', async () => {
    const { n_positions } = model.config;
    const long = Array.from({ length: n_positions }, (_, i) => prompt[i % prompt.length] ?? 0);
    const { ids } = await generate(model, long, { ...OPTIONS, maxNewTokens: 10, topK: 1 });
    expect(ids).toHaveLength(10);
  });
});

test('only pieces that open a line come first where the cursor stands at the beginning of one', async () => {
  for (const seed of SEEDS) {
    const { ids, text } = await generate(model, prompt, { ...OPTIONS, seed, opensLine: true, maxNewTokens: 2 });
    expect(model.tokenizer.opensLine(ids[0] ?? -1)).toBe(true);
    expect(text).not.toMatch(/^ /);
  }
});

test('where the tokens do not show beginnings of lines, any text may come first at the beginning of one', async () => {
  const folder = join(cacheFolder, 'byte-level');
  await writeByteLevelModel(folder);
  const byteLevel = await LanguageModel.open(folder, { cacheFolder });
  const before = byteLevel.tokenizer.encode('下人は雨に');
  for (const seed of SEEDS) {
    const options: GenerateOptions = {
      ...OPTIONS,
      seed,
      maxNewTokens: 5,
      stopAt: 'sentence',
      opensLine: true,
      textOnly: true,
    };
    const { text, ids } = await generate(byteLevel, before, options);
    expect(text).toBe(byteLevel.tokenizer.decode(ids).slice(0, text.length));
    expect(ids).not.toContain(byteLevel.tokenizer.specialIds.eos);
  }
  await byteLevel.close();
});

test('an empty prompt is begun with <s>', async () => {
  const begun = await generate(model, [1], OPTIONS);
  expect(await generate(model, [], OPTIONS)).toEqual(begun);
});

test.each([
  [20, 5, [1, 2, 3, 4, 5, 6]],
  [10, 6, [3, 4, 5, 6]],
  [10, 9, [6]],
  [10, 50, [6]],
])('of %i positions, %i for new tokens: of [1, 2, 3, 4, 5, 6] the prompt keeps %j', (positions, maxNewTokens, kept) =>
  expect(fitPrompt([1, 2, 3, 4, 5, 6], positions, maxNewTokens)).toEqual(kept),
);

describe('alternatives, drawn side by side', () => {
  const seeds = [1, 2, 3, 4, 5];
  const { seed: _, ...options } = OPTIONS;

  test('are those that are drawn one after the other', async () => {
    const one = [];
    for (const seed of seeds) one.push(await generate(model, prompt, { ...options, seed, stopAt: 'sentence' }));
    expect(await generateAlternatives(model, prompt, { ...options, seeds, stopAt: 'sentence' })).toEqual(one);
  });

  test('of a prompt that fills the window, in as many groups as there is room for', async () => {
    const long = Array.from({ length: 3 * model.config.n_positions }, (_, i) => prompt[i % prompt.length] ?? 0);
    const wanted = { ...options, maxNewTokens: 100, seeds };
    const one = [];
    for (const seed of seeds) one.push(await generate(model, long, { ...wanted, seed }));
    expect(await generateAlternatives(model, long, wanted)).toEqual(one);
  });

  test('leave the model with the first one: it goes on without evaluating it again', async () => {
    const [first] = await generateAlternatives(model, prompt, { ...options, seeds });
    const along = await generate(model, prompt, { ...options, seed: 1 });
    expect(along).toEqual(first);
    const chunks = [];
    for await (const { from } of model.evaluate([...prompt, ...along.ids])) chunks.push(from);
    expect(chunks).toEqual([prompt.length + along.ids.length - 1]);
  });

  test('cancelled, they are what was drawn until then, and the prompt goes on as before', async () => {
    const whole = await generateAlternatives(model, prompt, { ...options, seeds });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 10);
    const cut = await generateAlternatives(model, prompt, { ...options, seeds }, { signal: abort.signal });
    for (const [i, { text }] of cut.entries()) expect(whole[i]?.text.startsWith(text)).toBe(true);
    expect(await generateAlternatives(model, prompt, { ...options, seeds })).toEqual(whole);
  });
});
