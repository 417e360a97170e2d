import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Evaluation, evaluateTexts } from '../../src/cli/evaluation/evaluate-texts';
import { figuresOf } from '../../src/cli/evaluation/figures';

const read = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, 'quality', name), 'utf8'));
/** Beginnings of works that the embedded model has not learnt from. */
const texts = z.array(z.object({ text: z.string() })).parse(read('passages.json'));
/** What the suggestions were worth when that was last looked at. */
const figures = z
  .object({
    bits_per_character: z.number(),
    suggestions: z.number(),
    accepted_characters: z.number(),
    keystrokes_saved: z.number(),
    nothing_to_show: z.number(),
    accepted_characters_every_character: z.number(),
  })
  .parse(read('figures.json'));

/** A minute on a quiet machine. */
const PATIENCE_MS = 300_000;

let scratch: string;
let evaluation: Evaluation;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-quality-'));
  evaluation = await evaluateTexts(
    texts.map(({ text }) => text),
    {
      model: join(import.meta.dirname, '../../models/tsuzuki-base-ja'),
      cacheFolder: scratch,
      alternatives: 1,
      everyCharacter: true,
      precision: 'fp32',
      threads: 1,
      prefillChunk: 128,
    },
  );
}, PATIENCE_MS);
afterAll(() => rm(scratch, { recursive: true }));

test('the model predicts the passages as well as it did', () => {
  const { bits_per_character } = evaluation;
  expect(Math.abs(bits_per_character / figures.bits_per_character - 1)).toBeLessThan(1e-3);
});

// Processors round sums otherwise, and where two tokens are as likely the other one may come: a tenth is put up with.
test('a writer is shown as many suggestions as before, and saves as many key presses', () => {
  const written = evaluation.texts.flatMap(({ greedy }) => greedy);
  const { suggestions, accepted_characters, accepts } = figuresOf(written);
  expect(suggestions).toBeGreaterThanOrEqual(0.95 * figures.suggestions);
  expect(accepted_characters).toBeGreaterThanOrEqual(0.9 * figures.accepted_characters);
  expect(accepted_characters - accepts).toBeGreaterThanOrEqual(0.9 * figures.keystrokes_saved);
  const nothing = Object.values(evaluation.empty).reduce((sum, count) => sum + count, 0);
  expect(nothing).toBeLessThanOrEqual(figures.nothing_to_show + 0.05 * figures.suggestions);
});

test('a writer who looks after each character is given as much of their words', () => {
  const written = evaluation.texts.flatMap(({ everyCharacter }) => everyCharacter ?? []);
  const { accepted_characters } = figuresOf(written);
  expect(accepted_characters).toBeGreaterThanOrEqual(0.9 * figures.accepted_characters_every_character);
});
