import type { GraphBuilder, Value } from '../graph/graph';
import { add, integerProduct, multiply, reshape, roundRows, sumOver, transpose } from '../graph/operators';

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
  /** int8 [B, H, D, P] */
  readonly key: Value;
  /** float32 [B, H, 1, P]: the scale of a key ÷ {@link QUERY_CODES}'s `largest`. */
  readonly keyScale: Value;
  /** float32 [B, H, 1, P]: what the sums have too much because the codes of queries count from {@link QUERY_CODES}'s `zero`. */
  readonly keyShift: Value;
  /** int8 [B, H, N, 64, D]: the positions in blocks of {@link CACHE_BLOCK} */
  readonly value: Value;
  /** float32 [B, H, 1, P]: the scale of a value ÷ {@link WEIGHT_CODES}. */
  readonly valueScale: Value;
}

/** The largest code of a key or value. */
export const KEY_CODES = 127;

/** Queries are signed, and their codes are not. */
export const QUERY_CODES = { largest: 63, zero: 64 } as const;

/** The largest code of an attention weight. */
export const WEIGHT_CODES = 127;

/**
 * The weights of so many positions are rounded by one scale. One for all would lose the many small weights beside a large
 * one: much attention goes to the first token of a text, whose value says little.
 */
export const CACHE_BLOCK = 64;

/** q [B, H, T, D] · keysᵀ → [B, H, T, P]. */
export function int8Scores(g: GraphBuilder, query: Value, { key, keyScale, keyShift }: Int8LayerCache): Value {
  const { codes, size } = roundRows(g, query, QUERY_CODES);
  const sums = add(g, multiply(g, integerProduct(g, codes, key), keyScale), keyShift);
  return multiply(g, sums, size);
}

/** weights [B, H, T, P] · values → [B, H, T, D]. */
export function int8Attended(g: GraphBuilder, weights: Value, { value, valueScale }: Int8LayerCache): Value {
  const shape = [...weights.shape.slice(0, 3), 'blocks', CACHE_BLOCK];
  const scaled = multiply(g, weights, valueScale);
  const inBlocks = reshape(g, scaled, [0, 0, 0, -1, CACHE_BLOCK], shape);
  const { codes, size } = roundRows(g, inBlocks, { largest: WEIGHT_CODES, zero: 0 });
  const byBlock = [0, 1, 3, 2, 4];
  const sums = integerProduct(g, transpose(g, codes, byBlock), value); // [B, H, N, T, D]
  return sumOver(g, multiply(g, sums, transpose(g, size, byBlock)), 2);
}
