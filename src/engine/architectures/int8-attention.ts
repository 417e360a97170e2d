import type { GraphBuilder, Value } from '../graph/graph';
import {
  add,
  type CodeRange,
  integerProduct,
  matMul,
  multiply,
  reshape,
  roundRows,
  scalar,
  scaledIntegerProduct,
  sumOver,
  toFloat32,
  transpose,
} from '../graph/operators';

// B = batch, T = new tokens, P = cached positions, H = heads, D = their width, N = P / 64.

/**
 * One layer's keys and values in 8 bits: codes from −127 to 127 with one scale for each head and position. A decode step
 * reads them all, and that is a quarter of what 32 bits take. Products are those of unsigned by signed bytes, which the
 * matrix kernels multiply row by row without rearranging the cache.
 *
 * The unsigned side has 7 bits: processors without VNNI add two products in 16 bits, and 2 · 127 · 127 is what fits.
 */
export interface Int8LayerCache {
  readonly type: 'int8';
  /**
   * How many new tokens look at it at once. For `few` all products are of integers, rows as they come; for `many` that would
   * cost more in steps between the products than it saves in them.
   */
  readonly queries: 'few' | 'many';
  /** int8 [B, H, D, P] */
  readonly key: Value;
  /** float32 [B, H, 1, P]: the scale of a key ÷ {@link QUERY_CODES}'s `largest`. */
  readonly keyScale: Value;
  /** float32 [B, H, 1, P]: what the sums have too much because the codes of queries count from {@link QUERY_CODES}'s `zero`. */
  readonly keyShift: Value;
  /** int8 [B, H, N, 64, D]: the positions in blocks of {@link CACHE_BLOCK} */
  readonly value: Value;
  /** float32 [B, H, 1, P]: the scale of a value ÷ {@link WEIGHT_CODES}'s `largest`. */
  readonly valueScale: Value;
}

/** Keys and values. */
export const KEY_CODES = { type: 'int8', largest: 127, zero: 0 } as const satisfies CodeRange;

/** Queries are signed, and their codes are not. */
export const QUERY_CODES = { type: 'uint8', largest: 63, zero: 64 } as const satisfies CodeRange;

/** Attention weights are never negative. */
export const WEIGHT_CODES = { type: 'uint8', largest: 127, zero: 0 } as const satisfies CodeRange;

/**
 * The weights of so many positions are rounded by one scale. One for all would lose the many small weights beside a large
 * one: much attention goes to the first token of a text, whose value says little.
 */
export const CACHE_BLOCK = 64;

/** q [B, H, T, D] · keysᵀ → [B, H, T, P]. */
export function int8Scores(g: GraphBuilder, query: Value, cache: Int8LayerCache): Value {
  const { key, keyScale, keyShift, queries } = cache;
  const rows = roundRows(g, query, QUERY_CODES);
  const sums =
    queries === 'many'
      ? scaledIntegerProduct(g, rows.codes, key, { zero: QUERY_CODES.zero, scales: keyScale })
      : add(g, multiply(g, integerProduct(g, rows.codes, key), keyScale), keyShift);
  return multiply(g, sums, rows.size);
}

/** weights [B, H, T, P] · values → [B, H, T, D]. */
export function int8Attended(g: GraphBuilder, weights: Value, cache: Int8LayerCache): Value {
  return cache.queries === 'many' ? attendedByMany(g, weights, cache) : attendedByFew(g, weights, cache);
}

function attendedByFew(g: GraphBuilder, weights: Value, { value, valueScale }: Int8LayerCache): Value {
  const shape = [...weights.shape.slice(0, 3), 'blocks', CACHE_BLOCK];
  const inBlocks = reshape(g, multiply(g, weights, valueScale), [0, 0, 0, -1, CACHE_BLOCK], shape);
  const { codes, size } = roundRows(g, inBlocks, WEIGHT_CODES);
  const byBlock = [0, 1, 3, 2, 4];
  const sums = integerProduct(g, transpose(g, codes, byBlock), value); // [B, H, N, T, D]
  return sumOver(g, multiply(g, sums, transpose(g, size, byBlock)), 2);
}

/** Values are widened once for all the rows of weights, which would have to be rounded each. */
function attendedByMany(g: GraphBuilder, weights: Value, { value, valueScale }: Int8LayerCache): Value {
  const [B = 'batch', H = 1, N = 'blocks', , D = 1] = value.shape;
  // The scales are made for codes of weights, and here they are not rounded.
  const scales = multiply(g, valueScale, scalar(g, WEIGHT_CODES.largest));
  const inBlocks = reshape(g, scales, [0, 0, -1, CACHE_BLOCK, 1], [B, H, N, CACHE_BLOCK, 1]);
  const wide = multiply(g, toFloat32(g, value), inBlocks);
  return matMul(g, weights, reshape(g, wide, [0, 0, -1, Number(D)], [B, H, weights.shape.at(-1) ?? 'past', D]));
}

/** Keys and values of new tokens, rounded as the cache keeps them; a size is the largest magnitude, 127 scales. */
export interface RoundedHeads {
  /** int8 [B, H, D, T] */
  readonly key: Value;
  /** float32 [B, H, 1, T]: the sum of the codes of a key. */
  readonly keySum: Value;
  /** float32 [B, H, T, 1] */
  readonly keySize: Value;
  /** int8 [B, H, T, D] */
  readonly value: Value;
  /** float32 [B, H, T, 1] */
  readonly valueSize: Value;
}

/** Rounds key and value [B, H, T, D]. */
export function roundHeads(
  g: GraphBuilder,
  { key, value }: { readonly key: Value; readonly value: Value },
): RoundedHeads {
  const keys = roundRows(g, key, KEY_CODES);
  const values = roundRows(g, value, KEY_CODES);
  const columns = transpose(g, keys.codes, [0, 1, 3, 2]);
  const D = Number(key.shape.at(-1));
  const ones = g.constant(new Uint8Array(D).fill(1), [1, D]);
  return {
    key: columns,
    keySum: integerProduct(g, ones, columns),
    keySize: keys.size,
    value: values.codes,
    valueSize: values.size,
  };
}
