import type { CacheType } from '../architectures/gpt2';
import { CACHE_BLOCK, KEY_CODES, QUERY_CODES, WEIGHT_CODES } from '../architectures/int8-attention';
import { CachePlane } from './cache-plane';

/** The heads of one layer. */
export interface LayerShape {
  readonly heads: number;
  readonly headDim: number;
}

/** Keys and values of one layer. */
export interface CacheLayer {
  /** What the graph takes, by the name of its input without the layer: `past_key`. */
  readonly planes: Readonly<Record<string, CachePlane>>;
  /** Keeps the keys and values of T tokens at the positions from `start` on. */
  write(start: number, T: number, present: PresentHeads): void;
}

/** Keys and values of T new tokens, as they come out of a graph. */
export type PresentHeads =
  | {
      readonly type: 'float32';
      /** Queries, keys and values, [3H, T, D]. */
      readonly heads: Float32Array;
    }
  | {
      /** Rounded: see `RoundedHeads`. */
      readonly type: 'int8';
      readonly key: Int8Array;
      readonly keySum: Float32Array;
      readonly keySize: Float32Array;
      readonly value: Int8Array;
      readonly valueSize: Float32Array;
    };

/** Where the numbers of the planes are to lie. */
export interface PlaneMemory {
  float32(count: number): Float32Array;
  int8(count: number): Int8Array;
}

/** A layer with room for `positions`. */
export function cacheLayer(type: CacheType, shape: LayerShape, positions: number, memory: PlaneMemory): CacheLayer {
  return type === 'int8' ? int8Layer(shape, positions, memory) : float32Layer(shape, positions, memory);
}

/** Keys and values as they come out of the graph, each [H, P, D]. */
function float32Layer({ heads: H, headDim: D }: LayerShape, positions: number, memory: PlaneMemory): CacheLayer {
  const plane = () => new CachePlane(memory.float32(H * positions * D), H, D, (P) => [1, H, P, D]);
  const [past_key, past_value] = [plane(), plane()];
  return {
    planes: { past_key, past_value },
    write(start, T, present) {
      if (present.type !== 'float32') throw new TypeError('32-bit floats are kept, and codes were given');
      const { heads } = present;
      const { capacity } = past_key;
      for (let h = 0; h < H; h++) {
        const to = (h * capacity + start) * D;
        past_key.numbers.set(heads.subarray((H + h) * T * D, (H + h + 1) * T * D), to);
        past_value.numbers.set(heads.subarray((2 * H + h) * T * D, (2 * H + h + 1) * T * D), to);
      }
    },
  };
}

/** Keys and values in 8 bits, as `Int8LayerCache` says. */
function int8Layer({ heads: H, headDim: D }: LayerShape, positions: number, memory: PlaneMemory): CacheLayer {
  const scales = () => new CachePlane(memory.float32(H * positions), H, 1, (P) => [1, H, 1, P]);
  const past_key = new CachePlane(memory.int8(H * D * positions), H * D, 1, (P) => [1, H, D, P]);
  const past_value = new CachePlane(memory.int8(H * positions * D), H, D, (P) => [
    1,
    H,
    P / CACHE_BLOCK,
    CACHE_BLOCK,
    D,
  ]);
  const [past_key_scale, past_key_shift, past_value_scale] = [scales(), scales(), scales()];
  const codes = new Int32Array(D);

  const putKeyScale = (at: number, sum: number, scale: number) => {
    past_key_scale.numbers[at] = scale / QUERY_CODES.largest;
    past_key_shift.numbers[at] = (-QUERY_CODES.zero * sum * scale) / QUERY_CODES.largest;
  };
  const putValueScale = (at: number, scale: number) => {
    past_value_scale.numbers[at] = scale / WEIGHT_CODES.largest;
  };

  const roundAndPut = (start: number, T: number, { heads }: PresentHeads & { readonly type: 'float32' }) => {
    const P = past_key.capacity;
    for (let h = 0; h < H; h++) {
      for (let t = 0; t < T; t++) {
        const at = h * P + start + t;
        const keyScale = round(heads, ((H + h) * T + t) * D, codes);
        putKeyScale(at, scatter(codes, past_key.numbers, h * D * P + start + t, P), keyScale);
        putValueScale(at, round(heads, ((2 * H + h) * T + t) * D, codes));
        scatter(codes, past_value.numbers, at * D, 1);
      }
    }
  };

  const put = (start: number, T: number, present: PresentHeads & { readonly type: 'int8' }) => {
    const { key, keySum, keySize, value, valueSize } = present;
    const P = past_key.capacity;
    for (let row = 0; row < H * D; row++) {
      past_key.numbers.set(key.subarray(row * T, (row + 1) * T), row * P + start);
    }
    for (let h = 0; h < H; h++) {
      past_value.numbers.set(value.subarray(h * T * D, (h + 1) * T * D), (h * P + start) * D);
      for (let t = 0; t < T; t++) {
        const [at, from] = [h * P + start + t, h * T + t];
        putKeyScale(at, keySum[from] ?? 0, (keySize[from] ?? 0) / KEY_CODES.largest);
        putValueScale(at, (valueSize[from] ?? 0) / KEY_CODES.largest);
      }
    }
  };

  return {
    planes: { past_key, past_key_scale, past_key_shift, past_value, past_value_scale },
    write(start, T, present) {
      if (present.type === 'int8') put(start, T, present);
      else roundAndPut(start, T, present);
    },
  };
}

/**
 * Rounds as many numbers as there are codes, by the largest of them. A prompt has millions: hence such simple loops.
 *
 * @returns The scale: number = code · scale.
 */
function round(numbers: Float32Array, start: number, codes: Int32Array): number {
  let largest = 0;
  for (let i = start, end = start + codes.length; i < end; i++) {
    const magnitude = Math.abs(numbers[i] ?? 0);
    if (magnitude > largest) largest = magnitude;
  }
  const inverse = largest === 0 ? 0 : KEY_CODES.largest / largest;
  for (let i = 0; i < codes.length; i++)
    codes[i] = (((numbers[start + i] ?? 0) * inverse + KEY_CODES.largest + 0.5) | 0) - KEY_CODES.largest;
  return largest / KEY_CODES.largest;
}

/** Puts the codes `step` numbers apart. @returns Their sum. */
function scatter(codes: Int32Array, to: Int8Array, start: number, step: number): number {
  let sum = 0;
  for (let i = 0, at = start; i < codes.length; i++, at += step) {
    const code = codes[i] ?? 0;
    to[at] = code;
    sum += code;
  }
  return sum;
}
