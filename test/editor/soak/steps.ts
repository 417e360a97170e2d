import { type Random, seededRandom, sequenceSeed } from '../../../src/engine/inference/random';
import type { PartUnit } from '../../../src/text/phrases/next-part';
import type { Composition } from '../bed/input-method';
import { isAtLineEnd, type Manuscript } from './manuscript';
import { NEW_PARAGRAPH, PHRASES } from './phrases';

/** One thing that a writer does. Times between keys are in milliseconds. */
export type Step =
  /** Character by character, as with kana keys or a fast input method. */
  | { readonly kind: 'burst'; readonly text: string; readonly gapMs: number }
  | { readonly kind: 'erase'; readonly count: number; readonly gapMs: number }
  | {
      readonly kind: 'compose';
      readonly composition: Composition;
      readonly ends: 'committed' | 'cancelled';
      readonly gapMs: number;
    }
  /** So many characters before the cursor are selected and composed anew. */
  | { readonly kind: 'reconvert'; readonly count: number; readonly composition: Composition }
  | { readonly kind: 'write and undo'; readonly text: string }
  /** Waits for a suggestion and takes it, or a piece. */
  | { readonly kind: 'accept'; readonly unit: PartUnit | 'all'; readonly afterwards: 'keep' | 'undo' | 'undo and redo' }
  /** Writes the first characters of the suggestion by hand. */
  | { readonly kind: 'follow'; readonly count: number }
  | { readonly kind: 'ask' }
  | { readonly kind: 'cycle'; readonly times: number }
  | { readonly kind: 'move'; readonly by: number }
  | { readonly kind: 'go to the end' }
  | { readonly kind: 'pause'; readonly ms: number };

/** What a writer does as their step number `index`. The same seed and text give the same step. */
export function drawStep(seed: number, index: number, manuscript: Manuscript): Step {
  const random = seededRandom(sequenceSeed(seed, index));
  const integer = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  const phrase = (): Composition => pick(random, PHRASES) ?? { readings: [], text: '。' };
  const gapMs = pick(random, [20, 60, 120, 250]) ?? 60;
  const inside = !isAtLineEnd(manuscript);
  // Whoever went back to mend something goes on at the end before long.
  if (inside && random() < 0.5) return { kind: 'go to the end' };

  const writing: readonly (readonly [weight: number, step: () => Step])[] = [
    [5, () => ({ kind: 'burst', text: phrase().text + phrase().text, gapMs })],
    [2, () => ({ kind: 'burst', text: NEW_PARAGRAPH, gapMs })],
    [6, () => ({ kind: 'compose', composition: phrase(), ends: 'committed', gapMs })],
    [1, () => ({ kind: 'compose', composition: phrase(), ends: 'cancelled', gapMs })],
    [3, () => ({ kind: 'erase', count: integer(1, 6), gapMs })],
    [1, () => ({ kind: 'reconvert', count: integer(1, 4), composition: phrase() })],
    [2, () => ({ kind: 'write and undo', text: phrase().text })],
    [2, () => ({ kind: 'move', by: -integer(1, 12) })],
    [1, () => ({ kind: 'pause', ms: integer(200, 1500) })],
  ];
  const offered: typeof writing = [
    [
      3,
      () => ({
        kind: 'accept',
        unit: 'all',
        afterwards: pick(random, ['keep', 'keep', 'undo', 'undo and redo']) ?? 'keep',
      }),
    ],
    [3, () => ({ kind: 'accept', unit: 'phrase', afterwards: pick(random, ['keep', 'keep', 'undo']) ?? 'keep' })],
    [1, () => ({ kind: 'accept', unit: 'sentence', afterwards: 'keep' })],
    [2, () => ({ kind: 'follow', count: integer(1, 3) })],
    [1, () => ({ kind: 'ask' })],
    [1, () => ({ kind: 'cycle', times: integer(1, 3) })],
  ];
  return weighted(random, inside ? writing : [...writing, ...offered])();
}

function pick<T>(random: Random, values: readonly T[]): T | undefined {
  return values[Math.floor(random() * values.length)];
}

function weighted<T>(random: Random, values: readonly (readonly [weight: number, value: T])[]): T {
  let left = random() * values.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, value] of values) {
    left -= weight;
    if (left < 0) return value;
  }
  throw new Error('nothing to choose from');
}
