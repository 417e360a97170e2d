import { expect, test } from 'vitest';
import { ImportClock } from '../../../../src/engine/quantization/import-clock';

test.each([
  // Milliseconds since the beginning, share done → seconds left.
  [100, 0.1, undefined],
  [2000, 0, undefined],
  [2000, 0.01, undefined],
  [1000, 0.1, 9],
  [5000, 0.5, 5],
  [5000, 0.9, 1],
  [5000, 1, 0],
])('after %i ms with %f done: %j', (elapsed, share, left) => {
  let now = 7;
  const clock = new ImportClock(() => now);
  now += elapsed;
  expect(clock.secondsLeft(share)).toBe(left);
});
