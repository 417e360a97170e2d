import { expect, test } from 'vitest';
import { dropoutMasks } from '../../../../src/engine/training/dropout-masks';

const SHAPE = [4, 50, 50];
const masks = dropoutMasks({ seed: 1, step: 2, firstRow: 0 });

test('drops about a share of p', () => {
  const mask = masks('h.0.attn', 0.1, SHAPE);
  const kept = mask.reduce((sum, bit) => sum + bit, 0);
  // 10,000 entries: ±4 standard deviations.
  expect(Math.abs(kept / mask.length - 0.9)).toBeLessThan(0.012);
  expect(new Set(mask)).toEqual(new Set([0, 1]));
});

test('drops nothing with p = 0', () => {
  expect(masks('h.0.attn', 0, SHAPE).every((bit) => bit === 1)).toBe(true);
});

test('is the same each time, and another for each seed, step and place', () => {
  const again = dropoutMasks({ seed: 1, step: 2, firstRow: 0 });
  expect(again('h.0.attn', 0.5, SHAPE)).toEqual(masks('h.0.attn', 0.5, SHAPE));
  const others = [
    masks('h.1.attn', 0.5, SHAPE),
    dropoutMasks({ seed: 2, step: 2, firstRow: 0 })('h.0.attn', 0.5, SHAPE),
    dropoutMasks({ seed: 1, step: 3, firstRow: 0 })('h.0.attn', 0.5, SHAPE),
  ];
  for (const other of others) expect(other).not.toEqual(masks('h.0.attn', 0.5, SHAPE));
});

test('does not depend on how a batch is cut into micro-batches', () => {
  const whole = masks('h.0.attn', 0.5, SHAPE);
  const second = dropoutMasks({ seed: 1, step: 2, firstRow: 2 })('h.0.attn', 0.5, [2, 50, 50]);
  expect(second).toEqual(whole.subarray(2 * 2500));
});
