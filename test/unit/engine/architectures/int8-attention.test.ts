import { expect, test } from 'vitest';
import {
  type Int8LayerCache,
  int8ByFew,
  int8ByMany,
  QUERY_CODES,
  WEIGHT_CODES,
} from '../../../../src/engine/architectures/int8-attention';
import { GraphBuilder } from '../../../../src/engine/graph/graph';
import { softmax } from '../../../../src/engine/graph/operators';
import { KvCache } from '../../../../src/engine/inference/kv-cache';
import { seededRandom } from '../../../../src/engine/inference/random';
import { relativeDifference } from '../../../golden/relative-difference';
import { graphRunner, type Numbers } from '../graph/run-graph';

const [H, D, P] = [2, 16, 192];
const random = seededRandom(3);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const normals = (count: number, size = 1) => Array.from({ length: count }, () => size * normal());
const flat = (rows: readonly (readonly number[])[]) => rows.flat();
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

/** softmax(q · kᵀ) · v of one head, in 64 bits. */
function attention(query: readonly number[], keys: readonly number[][], values: readonly number[][]): number[] {
  const scores = keys.map((key) => dot(query, key));
  const largest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: D }, (_, d) =>
    weights.reduce((sum, w, t) => sum + (w / total) * (values[t]?.[d] ?? 0), 0),
  );
}

/** Keys and values of every head and position. */
interface Past {
  readonly keys: readonly number[][][];
  readonly values: readonly number[][][];
}

/** What the graph gives for queries [T, H, D] over a cache that holds `past`. */
async function throughGraph(past: Past, queries: readonly number[][][], products: typeof int8ByFew): Promise<number[]> {
  const T = queries.length;
  const cache = new KvCache({ layers: 1, heads: H, headDim: D, maxLength: P }, 'int8');
  const heads = Float32Array.from([
    ...new Array(H * P * D).fill(0),
    ...flat(past.keys.map(flat)),
    ...flat(past.values.map(flat)),
  ]);
  cache.append(new Array(P).fill(0), [{ type: 'float32', heads }]);

  const g = new GraphBuilder('test');
  const float = (name: string) => g.input(name, 'float32', [1, H, 1, P]);
  const layer: Int8LayerCache = {
    type: 'int8',
    many: g.input('many', 'bool', []),
    key: g.input('past_key', 'int8', [1, H, D, P]),
    keyScale: float('past_key_scale'),
    keyShift: float('past_key_shift'),
    value: g.input('past_value', 'int8', [1, H, 'blocks', 64, D]),
    valueScale: float('past_value_scale'),
  };
  const { scores, attended } = products(layer);
  g.output('attended', attended(g, softmax(g, scores(g, g.input('query', 'float32', [1, H, T, D])))));
  const run = await graphRunner(g.build());
  const inputs: Record<string, Numbers> = {
    many: { type: 'bool', shape: [], data: [0] },
    query: {
      type: 'float32',
      shape: [1, H, T, D],
      data: flat(Array.from({ length: H }, (_, h) => queries.map((of) => of[h] ?? [])).map(flat)),
    },
  };
  for (const [name, plane] of Object.entries(cache.layers[0]?.planes ?? {})) {
    const { data, shape } = plane.view;
    inputs[name] = { type: data instanceof Int8Array ? 'int8' : 'float32', shape, data: [...data] };
  }
  return (await run(inputs)).attended ?? [];
}

function exact({ keys, values }: Past, queries: readonly number[][][]): number[] {
  return Array.from({ length: H }, (_, h) =>
    queries.flatMap((of) => attention(of[h] ?? [], keys[h] ?? [], values[h] ?? [])),
  ).flat();
}

const rows = (size: number) => Array.from({ length: H }, () => Array.from({ length: P }, () => normals(D, size)));
const queriesOf = (T: number, size: number) =>
  Array.from({ length: T }, () => [normals(D, size), normals(D, 5 * size)]);

/** Each product rounds both its factors to some 1 %. */
const ROUNDED = 0.03;

test.each([
  ['few', 1, int8ByFew],
  ['few', 3, int8ByFew],
  ['many', 40, int8ByMany],
] as const)(
  'of %s new tokens (%i), attention over a cache in 8 bits is that over the numbers themselves',
  async (_, T, by) => {
    const past = { keys: rows(0.5), values: rows(2) };
    const queries = queriesOf(T, 0.5);
    expect(relativeDifference(await throughGraph(past, queries, by), exact(past, queries))).toBeLessThan(ROUNDED);
  },
);

test.each([
  ['few', int8ByFew],
  ['many', int8ByMany],
] as const)(
  '%s: what many positions say together is heard beside one that has nearly all the attention',
  async (_, by) => {
    const past = { keys: rows(0.01), values: rows(1) };
    const queries = [[new Array(D).fill(1), new Array(D).fill(1)]];
    for (const h of [0, 1]) {
      // The first token's: 99.7 % of the weight, and a value of next to nothing.
      past.keys[h]?.splice(0, 1, new Array(D).fill(0.7));
      past.values[h]?.splice(0, 1, new Array(D).fill(1e-4));
      // The others agree.
      for (const value of past.values[h]?.slice(1) ?? []) value[0] = 3;
    }
    const found = await throughGraph(past, queries, by);
    const expected = exact(past, queries);
    expect(expected[0]).toBeGreaterThan(0.005);
    expect(relativeDifference(found, expected)).toBeLessThan(ROUNDED);
  },
);

test('two products of codes fit into 16 bits, which is how processors without VNNI add them', () => {
  const largestKey = 127;
  expect(2 * (QUERY_CODES.zero + QUERY_CODES.largest) * largestKey).toBeLessThan(2 ** 15);
  expect(2 * WEIGHT_CODES.largest * largestKey).toBeLessThan(2 ** 15);
});
