import { expect, test } from 'vitest';
import { TransferRate } from '../../../../src/engine/hub/transfer-rate';

const rateOf = (...samples: readonly (readonly [ms: number, bytes: number])[]) => {
  const rate = new TransferRate();
  for (const [ms, bytes] of samples) rate.add(ms, bytes);
  return rate.bytesPerSecond;
};

test.each([
  ['nothing yet', [], undefined],
  [
    'too soon to tell',
    [
      [0, 0],
      [400, 1000],
    ],
    undefined,
  ],
  [
    'a steady one',
    [
      [0, 5000],
      [1000, 7000],
      [2000, 9000],
    ],
    2000,
  ],
  [
    'what was long ago does not count',
    [
      [0, 0],
      [10_000, 1_000_000],
      [15_000, 1_001_000],
      [16_000, 1_002_000],
    ],
    1000 / 3,
  ],
  [
    'what was thrown away does not count',
    [
      [0, 900],
      [1000, 1000],
      [1100, 0],
      [2100, 500],
    ],
    500,
  ],
] as const)('%s', (_, samples, expected) => {
  if (expected === undefined) expect(rateOf(...samples)).toBeUndefined();
  else expect(rateOf(...samples)).toBeCloseTo(expected);
});
