import { describe, expect, test } from 'vitest';
import { KEY_CODES, QUERY_CODES, WEIGHT_CODES } from '../../../../src/engine/architectures/int8-attention';
import type { PresentHeads } from '../../../../src/engine/inference/cache-layer';
import { KvCache } from '../../../../src/engine/inference/kv-cache';
import { seededRandom } from '../../../../src/engine/inference/random';

const [H, D] = [2, 4];
const random = seededRandom(7);

/** Queries, keys and values of T tokens, [3H, T, D]. */
function heads(T: number): Float32Array {
  return Float32Array.from({ length: 3 * H * T * D }, () => 10 * random() - 5);
}

/** As the graph rounds many of them. */
function rounded(all: Float32Array, T: number): PresentHeads {
  const sizes = (first: number) =>
    Float32Array.from({ length: H * T }, (_, row) =>
      Math.max(...all.subarray((first * T + row) * D, (first * T + row + 1) * D).map(Math.abs)),
    );
  const codes = (first: number, of: Float32Array) =>
    Int8Array.from({ length: H * T * D }, (_, i) =>
      Math.round(((all[first * T * D + i] ?? 0) / (of[Math.floor(i / D)] ?? 1)) * KEY_CODES.largest),
    );
  const [keySize, valueSize] = [sizes(H), sizes(2 * H)];
  const rows = codes(H, keySize);
  const key = new Int8Array(H * D * T);
  for (let h = 0; h < H; h++)
    for (let t = 0; t < T; t++) for (let d = 0; d < D; d++) key[(h * D + d) * T + t] = rows[(h * T + t) * D + d] ?? 0;
  const keySum = Float32Array.from({ length: H * T }, (_, row) =>
    rows.subarray(row * D, (row + 1) * D).reduce((sum, code) => sum + code, 0),
  );
  return { type: 'int8', key, keySum, keySize, value: codes(2 * H, valueSize), valueSize };
}

/** What the cache of one layer holds, widened again: keys and values of each position and head. */
function held(cache: KvCache): { key: number[]; value: number[] }[] {
  const at = (name: string, i: number) => cache.layers[0]?.planes[name]?.numbers[i] ?? Number.NaN;
  const P = cache.capacity;
  return cache.tokens.flatMap((_, position) =>
    Array.from({ length: H }, (_, h) => {
      const row = h * P + position;
      const dims = Array.from({ length: D }, (_, d) => d);
      const keyScale = at('past_key_scale', row) * QUERY_CODES.largest;
      const valueScale = at('past_value_scale', row) * WEIGHT_CODES.largest;
      return {
        key: dims.map((d) => at('past_key', (h * D + d) * P + position) * keyScale),
        value: dims.map((d) => at('past_value', row * D + d) * valueScale),
      };
    }),
  );
}

function expectNear(cache: KvCache, parts: readonly (readonly [Float32Array, number])[]): void {
  const kept = held(cache);
  let position = 0;
  for (const [all, T] of parts) {
    for (let t = 0; t < T; t++, position++) {
      for (let h = 0; h < H; h++) {
        const row = (which: number) => [
          ...all.subarray(((which * H + h) * T + t) * D, ((which * H + h) * T + t + 1) * D),
        ];
        const { key = [], value = [] } = kept[position * H + h] ?? {};
        // Half a scale of the largest, which is below 5.
        for (const [d, x] of row(1).entries()) expect(Math.abs(x - (key[d] ?? 9))).toBeLessThan(0.02);
        for (const [d, x] of row(2).entries()) expect(Math.abs(x - (value[d] ?? 9))).toBeLessThan(0.02);
      }
    }
  }
  expect(position).toBe(cache.length);
}

const empty = () => new KvCache({ layers: 1, heads: H, headDim: D, maxLength: 200 }, 'int8');

describe('a cache in 8 bits', () => {
  test('holds what it was given, to the next of 255 numbers, while it grows', () => {
    const cache = empty();
    const parts = [3, 1, 80, 1].map((T) => [heads(T), T] as const);
    for (const [all, T] of parts) cache.append(new Array(T).fill(1), [{ type: 'float32', heads: all }]);
    expect(cache.capacity).toBe(128);
    expectNear(cache, parts);
  });

  test('takes a quarter of the room, and three numbers for each head and position', () => {
    const wide = new KvCache({ layers: 1, heads: H, headDim: D, maxLength: 200 });
    expect(empty().byteLength).toBe(wide.byteLength / 4 + 3 * 4 * H * 64);
  });

  test.each([1, 5, 70])('is the same whether %i tokens come rounded or not', (T) => {
    const [one, other] = [empty(), empty()];
    const all = heads(T);
    const tokens = new Array(T).fill(1);
    one.append([1], [{ type: 'float32', heads: heads(1) }]);
    one.truncate(0);
    one.append(tokens, [{ type: 'float32', heads: all }]);
    other.append(tokens, [rounded(all, T)]);
    expectNear(other, [[all, T]]);
    const sums = (cache: KvCache) => [...(cache.layers[0]?.planes.past_key_shift?.numbers ?? [])];
    for (const [i, sum] of sums(one).entries()) expect(sum).toBeCloseTo(sums(other)[i] ?? Number.NaN, 3);
  });

  test('keeps a selection', () => {
    const cache = empty();
    const all = heads(6);
    cache.append([1, 2, 3, 4, 5, 6], [{ type: 'float32', heads: all }]);
    const before = held(cache);
    cache.select(2, [3, 5]);
    expect(held(cache)).toEqual([0, 1, 3, 5].flatMap((position) => before.slice(position * H, (position + 1) * H)));
  });

  test('keeps keys and values of nothing but zeros', () => {
    const cache = empty();
    const zeros = new Float32Array(3 * H * D);
    cache.append([1], [{ type: 'float32', heads: zeros }]);
    cache.append([2], [rounded(zeros, 1)]);
    expect(held(cache).flatMap(({ key, value }) => [...key, ...value].map(Math.abs))).toEqual(
      new Array(4 * H * D).fill(0),
    );
  });
});
