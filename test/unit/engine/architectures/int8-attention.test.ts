import { expect, test } from 'vitest';
import {
  type Int8LayerCache,
  int8ByFew,
  int8ByMany,
  KEY_CODES,
  QUERY_CODES,
  roundHeads,
  WEIGHT_CODES,
} from '../../../../src/engine/architectures/int8-attention';
import { GraphBuilder } from '../../../../src/engine/graph/graph';
import { softmax } from '../../../../src/engine/graph/operators';
import { KvCache } from '../../../../src/engine/inference/kv-cache';
import { seededRandom } from '../../../../src/engine/inference/random';
import { relativeDifference } from '../../../golden/relative-difference';
import { graphRunner, type Numbers } from '../graph/run-graph';

const [H, D, P] = [2, 16, 192];
/** Positions that are not in the cache yet. */
const NEW = 5;
const random = seededRandom(3);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const normals = (count: number, size = 1) => Array.from({ length: count }, () => size * normal());
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

/** Keys and values of every head and position. */
interface Heads {
  readonly keys: readonly number[][][];
  readonly values: readonly number[][][];
}

/** Few new tokens are shown the cached positions here, many the new ones too. */
type By = 'few' | 'many';

/** What the graph gives for queries [T, H, D]. */
async function throughGraph({ keys, values }: Heads, queries: readonly number[][][], by: By): Promise<number[]> {
  const cache = new KvCache({ layers: 1, heads: H, headDim: D, maxLength: P }, 'int8');
  const cached = (of: readonly number[][][]) => of.flatMap((positions) => positions.slice(0, P).flat());
  const present = [...new Array(H * P * D).fill(0), ...cached(keys), ...cached(values)];
  cache.append(new Array(P).fill(0), [{ type: 'float32', heads: Float32Array.from(present) }]);

  const g = new GraphBuilder('test');
  const float = (name: string) => g.input(name, 'float32', [1, H, 1, P]);
  const many = g.input('many', 'bool', []);
  const layer: Int8LayerCache = {
    type: 'int8',
    many,
    key: g.input('past_key', 'int8', [1, H, D, P]),
    keyScale: float('past_key_scale'),
    keyShift: float('past_key_shift'),
    value: g.input('past_value', 'int8', [1, H, 'blocks', 64, D]),
    valueScale: float('past_value_scale'),
  };
  const [key, value] = [g.input('key', 'float32', [1, H, NEW, D]), g.input('value', 'float32', [1, H, NEW, D])];
  const rounded = roundHeads(g, { key, value }, many);
  const { scores, attended } = by === 'few' ? int8ByFew(layer) : int8ByMany(layer, { value, rounded });
  const query = g.input('query', 'float32', [1, H, queries.length, D]);
  g.output('attended', attended(g, softmax(g, scores(g, query))));
  const run = await graphRunner(g.build());

  const added = (of: readonly number[][][]) => of.flatMap((positions) => positions.slice(P).flat());
  const floats = (rows: number, data: readonly number[]): Numbers => ({
    type: 'float32',
    shape: [1, H, rows, D],
    data,
  });
  const inputs: Record<string, Numbers> = {
    many: { type: 'bool', shape: [], data: [by === 'many' ? 1 : 0] },
    query: floats(
      queries.length,
      [0, 1].flatMap((h) => queries.flatMap((of) => of[h] ?? [])),
    ),
  };
  inputs.key = floats(NEW, added(keys));
  inputs.value = floats(NEW, added(values));
  for (const [name, plane] of Object.entries(cache.layers[0]?.planes ?? {})) {
    const { data, shape } = plane.view;
    inputs[name] = { type: data instanceof Int8Array ? 'int8' : 'float32', shape, data: [...data] };
  }
  return (await run(inputs)).attended ?? [];
}

/** The same in 64 bits: [H, T, D]. */
function exact({ keys, values }: Heads, queries: readonly number[][][], by: By): number[] {
  const seen = (of: readonly number[][] = []) => (by === 'few' ? of.slice(0, P) : [...of]);
  return [0, 1].flatMap((h) => queries.flatMap((of) => attention(of[h] ?? [], seen(keys[h]), seen(values[h]))));
}

/** softmax(q · kᵀ) · v of one head. */
function attention(query: readonly number[], keys: readonly number[][], values: readonly number[][]): number[] {
  const scores = keys.map((key) => dot(query, key));
  const largest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Array.from(
    { length: D },
    (_, d) =>
      dot(
        weights,
        values.map((value) => value[d] ?? 0),
      ) / total,
  );
}

const rows = (size: number) => [0, 1].map(() => Array.from({ length: P + NEW }, () => normals(D, size)));

/** Each product rounds both its factors to some 1 %. */
const ROUNDED = 0.03;

test.each([
  ['few', 1],
  ['few', 3],
  ['many', 40],
] as const)(
  'of %s new tokens (%i), attention over a cache in 8 bits is that over the numbers themselves',
  async (by, T) => {
    const heads = { keys: rows(0.5), values: rows(2) };
    const queries = Array.from({ length: T }, () => [normals(D, 0.5), normals(D, 1)]);
    expect(relativeDifference(await throughGraph(heads, queries, by), exact(heads, queries, by))).toBeLessThan(ROUNDED);
  },
);

test.each(['few', 'many'] as const)(
  '%s: what many positions say together is heard beside one that has nearly all the attention',
  async (by) => {
    const heads = { keys: rows(0.01), values: rows(1) };
    for (const h of [0, 1]) {
      // The first token's: 94 % of the weight, and a value of next to nothing.
      heads.keys[h]?.splice(0, 1, new Array(D).fill(0.5));
      heads.values[h]?.splice(0, 1, new Array(D).fill(1e-4));
      // The others agree.
      for (const value of heads.values[h]?.slice(1) ?? []) value[0] = 3;
    }
    const queries = [[new Array(D).fill(1), new Array(D).fill(1)]];
    const expected = exact(heads, queries, by);
    expect(expected[0]).toBeGreaterThan(0.1);
    expect(expected[0]).toBeLessThan(0.3);
    expect(relativeDifference(await throughGraph(heads, queries, by), expected)).toBeLessThan(ROUNDED);
  },
);

test('two products of codes fit into 16 bits, which is how processors without VNNI add them', () => {
  expect(2 * (QUERY_CODES.zero + QUERY_CODES.largest) * KEY_CODES.largest).toBeLessThan(2 ** 15);
  expect(2 * WEIGHT_CODES.largest * KEY_CODES.largest).toBeLessThan(2 ** 15);
});
