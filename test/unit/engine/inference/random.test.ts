import { expect, test } from 'vitest';
import { newSeed, seededRandom, sequenceSeed } from '../../../../src/engine/inference/random';

test('numbers lie in [0, 1) and fill it evenly', () => {
  const random = seededRandom(42);
  const bins = new Array<number>(20).fill(0);
  for (let i = 0; i < 100_000; i++) {
    const x = random();
    expect(x >= 0 && x < 1).toBe(true);
    const bin = Math.floor(x * 20);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const chiSquare = bins.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0);
  // The 99.9th percentile with 19 degrees of freedom.
  expect(chiSquare).toBeLessThan(43.82);
});

test('seeds of the sequences of one request differ, and the first is the request\u2019s own', () => {
  const seeds = Array.from({ length: 100 }, (_, i) => sequenceSeed(7, i));
  expect(seeds[0]).toBe(7);
  expect(new Set(seeds).size).toBe(100);
});

test('a new seed is one that the settings allow', () => {
  const seed = newSeed();
  expect(Number.isInteger(seed) && seed >= 0 && seed <= 4294967295).toBe(true);
});
