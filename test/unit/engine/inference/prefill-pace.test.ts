import { expect, test } from 'vitest';
import { PrefillPace } from '../../../../src/engine/inference/prefill-pace';

/** The length of the next chunk after these: tokens and milliseconds of each. */
function next(...chunks: readonly (readonly [number, number])[]): number {
  const pace = new PrefillPace(256);
  for (const [tokens, ms] of chunks) pace.record(tokens, ms);
  return pace.chunkLength;
}

test('the first chunk is short: nothing was measured yet', () => expect(next()).toBe(16));

test.each([
  ['5 ms a token', [[16, 80]], 20],
  ['1 ms a token', [[16, 16]], 100],
  ['very fast: no longer than the longest', [[16, 1]], 256],
  ['very slow: no shorter than what can be measured', [[16, 3200]], 8],
] as const)('%s', (_, chunks, length) => expect(next(...chunks)).toBe(length));

test('a slow chunk counts at once, a fast one by half', () => {
  expect(next([100, 100], [100, 400])).toBe(25);
  expect(next([100, 400], [100, 200])).toBe(33);
});

test('single tokens measure the overhead, not the pace', () => expect(next([16, 80], [1, 50])).toBe(20));

test('a fixed length stays, whatever is measured', () => {
  const pace = new PrefillPace(256, 128);
  pace.record(128, 1);
  expect(pace.chunkLength).toBe(128);
});
