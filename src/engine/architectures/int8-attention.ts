import type { GraphBuilder, Value } from '../graph/graph';
import {
  add,
  type CodeRange,
  concat,
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
 * reads them all, and that is a quarter of what 32 bits take. Products are those of unsigned by signed bytes: a single row
 * of the unsigned is multiplied by x64's kernels without rearranging the cache, which those of other processors do.
 *
 * The unsigned side has 7 bits: processors without VNNI add two products in 16 bits, and 2 · 127 · 127 is what fits.
 */
export interface Int8LayerCache {
  readonly type: 'int8';
  /**
   * bool []: whether many new tokens look at it at once. Of a few, all products with the cache are of integers;
   * with many that would cost more in steps between the products than it saves in them.
   */
  readonly many: Value;
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

/** The two products of attention over some positions. */
export interface AttentionProducts {
  /** q [B, H, T, D] · keysᵀ → [B, H, T, positions] */
  readonly scores: (g: GraphBuilder, query: Value) => Value;
  /** weights [B, H, T, positions] · values → [B, H, T, D] */
  readonly attended: (g: GraphBuilder, weights: Value) => Value;
}

/** Over the cached positions, integers by integers. */
export function int8ByFew({ key, keyScale, keyShift, value, valueScale }: Int8LayerCache): AttentionProducts {
  return {
    scores(g, query) {
      const { codes, size } = roundRows(g, query, QUERY_CODES);
      return multiply(g, add(g, multiply(g, integerProduct(g, codes, key), keyScale), keyShift), size);
    },
    attended(g, weights) {
      const shape = [...weights.shape.slice(0, 3), 'blocks', CACHE_BLOCK];
      const inBlocks = reshape(g, multiply(g, weights, valueScale), [0, 0, 0, -1, CACHE_BLOCK], shape);
      const { codes, size } = roundRows(g, inBlocks, WEIGHT_CODES);
      const byBlock = [0, 1, 3, 2, 4];
      const sums = integerProduct(g, transpose(g, codes, byBlock), value); // [B, H, N, T, D]
      return sumOver(g, multiply(g, sums, transpose(g, size, byBlock)), 2);
    },
  };
}

/**
 * Over the cached positions and those of the new tokens. Of many, the scores are the largest thing that there is, so that
 * keys are joined, not scores; and values are widened once for all the rows of weights, which would have to be rounded each.
 */
export function int8ByMany(
  cache: Int8LayerCache,
  { value, rounded }: { readonly value: Value; readonly rounded: RoundedHeads },
): AttentionProducts {
  return {
    scores(g, query) {
      const { codes, size } = roundRows(g, query, QUERY_CODES);
      const newScale = multiply(g, rounded.present_key_size, scalar(g, 1 / (KEY_CODES.largest * QUERY_CODES.largest)));
      const keys = concat(g, [cache.key, rounded.present_key], 3);
      const scales = concat(g, [cache.keyScale, newScale], 3);
      return multiply(g, scaledIntegerProduct(g, codes, keys, { zero: QUERY_CODES.zero, scales }), size);
    },
    attended(g, weights) {
      const [B = 'batch', H = 1, N = 'blocks', , D = 1] = cache.value.shape;
      // The scales are made for codes of weights, and here they are not rounded.
      const scales = multiply(g, cache.valueScale, scalar(g, WEIGHT_CODES.largest));
      const inBlocks = reshape(g, scales, [0, 0, -1, CACHE_BLOCK, 1], [B, H, N, CACHE_BLOCK, 1]);
      const wide = multiply(g, toFloat32(g, cache.value), inBlocks);
      const past = reshape(g, wide, [0, 0, -1, Number(D)], [B, H, cache.key.shape.at(-1) ?? 'past', D]);
      return matMul(g, weights, concat(g, [past, value], 2));
    },
  };
}

/**
 * Keys and values of new tokens, rounded as the cache keeps them, under the names of the graph's outputs. A size is the
 * largest magnitude, 127 scales.
 */
export interface RoundedHeads {
  /** int8 [B, H, D, T] */
  readonly present_key: Value;
  /** float32 [B, H, 1, T]: the sum of the codes of a key. */
  readonly present_key_sum: Value;
  /** float32 [B, H, 1, T] */
  readonly present_key_size: Value;
  /** int8 [B, H, T, D] */
  readonly present_value: Value;
  /** float32 [B, H, T, 1] */
  readonly present_value_size: Value;
}

/** Rounds key and value [B, H, T, D] where they are `many`; otherwise nothing comes out. */
export function roundHeads(
  g: GraphBuilder,
  { key, value }: { readonly key: Value; readonly value: Value },
  many: Value,
): RoundedHeads {
  const [, H, , D] = key.shape.map(Number);
  const outputs = g.choose(many, {
    whenTrue: (body) => {
      const keys = roundRows(body, key, KEY_CODES);
      const values = roundRows(body, value, KEY_CODES);
      const columns = transpose(body, keys.codes, [0, 1, 3, 2]);
      const ones = body.constant(new Uint8Array(D ?? 0).fill(1), [1, D ?? 0]);
      const keySize = reshape(
        body,
        keys.size,
        [0, 0, 1, -1],
        keys.size.shape.with(-1, keys.size.shape[2] ?? 1).with(2, 1),
      );
      return [columns, integerProduct(body, ones, columns), keySize, values.codes, values.size];
    },
    whenFalse: (body) => {
      const none = new Int8Array();
      const numbers = new Float32Array();
      return [
        body.constant(none, [1, H ?? 0, D ?? 0, 0]),
        body.constant(numbers, [1, H ?? 0, 1, 0]),
        body.constant(numbers, [1, H ?? 0, 1, 0]),
        body.constant(none, [1, H ?? 0, 0, D ?? 0]),
        body.constant(numbers, [1, H ?? 0, 0, 1]),
      ];
    },
  });
  return {
    present_key: outputs[0],
    present_key_sum: outputs[1],
    present_key_size: outputs[2],
    present_value: outputs[3],
    present_value_size: outputs[4],
  };
}
