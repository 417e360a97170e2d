import { describe, expect, test } from 'vitest';
import type { PresentHeads } from '../../../../src/engine/inference/cache-layer';
import { KvCache } from '../../../../src/engine/inference/kv-cache';

const SHAPE = { layers: 2, heads: 3, headDim: 2, maxLength: 200 };

/** What a forward pass would give for `tokens`: every number tells layer, head, token and dimension; values are negative. */
function present(tokens: readonly number[]): PresentHeads[] {
  return Array.from({ length: SHAPE.layers }, (_, layer) => {
    const keys = Array.from({ length: SHAPE.heads }, (_, head) =>
      tokens.flatMap((token) => [0, 1].map((d) => token * 1000 + layer * 100 + head * 10 + d)),
    ).flat();
    const queries = keys.map(() => Number.NaN);
    return { type: 'float32', heads: Float32Array.from([...queries, ...keys, ...keys.map((x) => -x)]) };
  });
}

function append(cache: KvCache, ...tokens: number[]): void {
  cache.append(tokens, present(tokens));
}

/** The key's first dimension at every held position of one head. */
function keysOf(cache: KvCache, layer: number, head: number): (number | undefined)[] {
  return cache.tokens.map(
    (_, at) => cache.layers[layer]?.planes.past_key?.view.data[(head * cache.capacity + at) * SHAPE.headDim],
  );
}

function expectWhole(cache: KvCache): void {
  for (let layer = 0; layer < SHAPE.layers; layer++) {
    for (let head = 0; head < SHAPE.heads; head++) {
      expect(keysOf(cache, layer, head)).toEqual(cache.tokens.map((token) => token * 1000 + layer * 100 + head * 10));
    }
  }
}

test('what was appended lies head by head, whatever the chunks', () => {
  const cache = new KvCache(SHAPE);
  append(cache, 5, 6, 7);
  append(cache, 8);
  append(cache, 9, 10);
  expect(cache.tokens).toEqual([5, 6, 7, 8, 9, 10]);
  expectWhole(cache);
  expect(cache.layers[1]?.planes.past_value?.view.data[0]).toBe(-5100);
});

test('growing keeps what is held', () => {
  const cache = new KvCache(SHAPE);
  const before = cache.byteLength;
  for (let token = 0; token < 150; token++) append(cache, token);
  expect(cache.capacity).toBeGreaterThanOrEqual(150);
  expect(cache.byteLength).toBe((before / 64) * cache.capacity);
  expectWhole(cache);
});

test('a chunk larger than the room left grows at once', () => {
  const cache = new KvCache(SHAPE);
  append(cache, ...Array.from({ length: 199 }, (_, i) => i));
  expectWhole(cache);
});

test('what follows a truncation takes the place of what was there', () => {
  const cache = new KvCache(SHAPE);
  append(cache, 1, 2, 3, 4);
  cache.truncate(2);
  expect(cache.tokens).toEqual([1, 2]);
  append(cache, 30);
  expect(cache.tokens).toEqual([1, 2, 30]);
  expectWhole(cache);
  cache.truncate(99);
  expect(cache.length).toBe(3);
});

test.each([
  { held: 190, kept: 0, capacity: 64 },
  { held: 190, kept: 60, capacity: 64 },
  { held: 190, kept: 100, capacity: 192 },
  { held: 60, kept: 5, capacity: 64 },
])('of $held tokens $kept are kept, with room for $capacity', ({ held, kept, capacity }) => {
  const cache = new KvCache(SHAPE);
  append(cache, ...Array.from({ length: held }, (_, i) => i));
  cache.truncate(kept);
  expect(cache.capacity).toBe(capacity);
  expectWhole(cache);
  append(cache, ...Array.from({ length: 190 - kept }, (_, i) => 500 + i));
  expectWhole(cache);
});

describe('the longest common prefix of [1, 2, 3] and', () => {
  test.each([
    [[], 0],
    [[1, 2], 2],
    [[1, 2, 3], 3],
    [[1, 2, 3, 4], 3],
    [[1, 9, 3], 1],
    [[9, 2, 3], 0],
  ])('%j is %i long', (tokens, length) => {
    const cache = new KvCache(SHAPE);
    append(cache, 1, 2, 3);
    expect(cache.commonPrefix(tokens)).toBe(length);
  });
});

test('more positions than the model knows are refused, and nothing is lost', () => {
  const cache = new KvCache({ ...SHAPE, maxLength: 3 });
  append(cache, 1, 2);
  expect(() => append(cache, 3, 4)).toThrow(RangeError);
  expect(cache.tokens).toEqual([1, 2]);
  expectWhole(cache);
});

test('a selection follows what was kept, and can be continued', () => {
  const cache = new KvCache(SHAPE);
  append(cache, 1, 2, 10, 20, 11, 21, 12, 22);
  cache.select(2, [3, 5, 7]);
  append(cache, 23);
  expect(cache.tokens).toEqual([1, 2, 20, 21, 22, 23]);
  expectWhole(cache);
});
