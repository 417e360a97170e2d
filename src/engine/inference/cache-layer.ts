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
  /**
   * Keeps the keys and values of T tokens at the positions from `start` on.
   *
   * @param present The queries, keys and values of the tokens, [3H, T, D].
   */
  write(start: number, T: number, present: Float32Array): void;
}

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
      const { capacity } = past_key;
      for (let h = 0; h < H; h++) {
        const to = (h * capacity + start) * D;
        past_key.numbers.set(present.subarray((H + h) * T * D, (H + h + 1) * T * D), to);
        past_value.numbers.set(present.subarray((2 * H + h) * T * D, (2 * H + h + 1) * T * D), to);
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
  return {
    planes: { past_key, past_key_scale, past_key_shift, past_value, past_value_scale },
    write(start, T, present) {
      const { capacity } = past_key;
      for (let h = 0; h < H; h++) {
        for (let t = 0; t < T; t++) {
          const at = h * capacity + start + t;
          const key = ((H + h) * T + t) * D;
          const keyScale = largest(present, key, D) / KEY_CODES;
          const keyInverse = keyScale === 0 ? 0 : 1 / keyScale;
          let sum = 0;
          for (let d = 0, to = h * D * capacity + start + t; d < D; d++, to += capacity) {
            const code = Math.round((present[key + d] ?? 0) * keyInverse);
            past_key.numbers[to] = code;
            sum += code;
          }
          past_key_scale.numbers[at] = keyScale / QUERY_CODES.largest;
          past_key_shift.numbers[at] = (-QUERY_CODES.zero * sum * keyScale) / QUERY_CODES.largest;

          const value = ((2 * H + h) * T + t) * D;
          const valueScale = largest(present, value, D) / KEY_CODES;
          const valueInverse = valueScale === 0 ? 0 : 1 / valueScale;
          for (let d = 0; d < D; d++) {
            past_value.numbers[at * D + d] = Math.round((present[value + d] ?? 0) * valueInverse);
          }
          past_value_scale.numbers[at] = valueScale / WEIGHT_CODES;
        }
      }
    },
  };
}

/** The largest magnitude of `count` numbers. */
function largest(numbers: Float32Array, start: number, count: number): number {
  let magnitude = 0;
  for (let i = start; i < start + count; i++) {
    const one = Math.abs(numbers[i] ?? 0);
    if (one > magnitude) magnitude = one;
  }
  return magnitude;
}
