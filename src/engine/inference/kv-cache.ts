import type { CacheType } from '../architectures/gpt2';
import { CACHE_BLOCK } from '../architectures/int8-attention';
import { type CacheLayer, cacheLayer, type PlaneMemory, type PresentHeads } from './cache-layer';
import type { CachePlane } from './cache-plane';

/** Positions are added this many at a time: that moves the cache, and unused ones cost attention time. */
const BUCKET = CACHE_BLOCK;

export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  readonly headDim: number;
  /** Tokens that may be held at most. */
  readonly maxLength: number;
}

/**
 * Keys and values of a token sequence, kept by the host. The graph reads `capacity` positions with those from `length`
 * on masked, and returns only what is new: nothing grows inside ONNX Runtime.
 */
export class KvCache {
  readonly #tokens: number[] = [];
  readonly #layers: readonly CacheLayer[];
  readonly #planes: readonly CachePlane[];
  #capacity = BUCKET;

  constructor(
    readonly shape: CacheShape,
    type: CacheType = 'float32',
  ) {
    const positions = roomFor(shape.maxLength);
    const bytes = new Counted();
    // One buffer for all: each large one that comes makes the garbage collector look through the whole heap.
    cacheLayer(type, shape, positions, bytes);
    const memory = new Carved(new ArrayBuffer(bytes.count * shape.layers));
    this.#layers = Array.from({ length: shape.layers }, () => cacheLayer(type, shape, positions, memory));
    this.#planes = this.#layers.flatMap(({ planes }) => Object.values(planes));
    this.#resize(BUCKET);
  }

  /** Tokens whose keys and values are held. */
  get tokens(): readonly number[] {
    return this.#tokens;
  }

  get length(): number {
    return this.#tokens.length;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get layers(): readonly CacheLayer[] {
    return this.#layers;
  }

  /** Bytes held, for the status. */
  get byteLength(): number {
    return this.#planes.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** How many tokens at the beginning of `tokens` are already held. */
  commonPrefix(tokens: readonly number[]): number {
    const end = Math.min(this.length, tokens.length);
    let n = 0;
    while (n < end && this.#tokens[n] === tokens[n]) n++;
    return n;
  }

  /** Forgets everything from position `length` on. Where little is left, its room is made smaller again. */
  truncate(length: number): void {
    if (length >= this.length) return;
    this.#tokens.length = length;
    // Masked positions cost a long prompt as much as seen ones.
    if (roomFor(length) <= this.#capacity / 2) this.#resize(roomFor(length));
  }

  /**
   * Keeps the first `length` tokens, and behind them those at `positions`, which lie further back and in this order.
   */
  select(length: number, positions: readonly number[]): void {
    positions.forEach((from, i) => {
      const to = length + i;
      this.#tokens[to] = this.#tokens[from] ?? 0;
      for (const plane of this.#planes) plane.copy(from, to);
    });
    this.#tokens.length = length + positions.length;
  }

  /**
   * Appends the keys and values of `tokens`.
   *
   * @param present For each layer what the tokens have, T = tokens.length.
   */
  append(tokens: readonly number[], present: readonly PresentHeads[]): void {
    const start = this.length;
    const end = start + tokens.length;
    if (end > this.shape.maxLength)
      throw new RangeError(`${end} tokens, the cache has room for ${this.shape.maxLength}`);
    if (end > this.#capacity) this.#resize(roomFor(end));
    this.#layers.forEach((layer, i) => {
      const heads = present[i];
      if (heads === undefined) throw new RangeError(`no keys for layer ${i}`);
      layer.write(start, tokens.length, heads);
    });
    for (const token of tokens) this.#tokens.push(token);
  }

  #resize(capacity: number): void {
    for (const plane of this.#planes) plane.resize(this.length, capacity);
    this.#capacity = capacity;
  }
}

/** The capacity for so many tokens. */
function roomFor(length: number): number {
  return Math.max(1, Math.ceil(length / BUCKET)) * BUCKET;
}

/** Counts bytes. */
class Counted implements PlaneMemory {
  count = 0;
  float32(count: number): Float32Array {
    this.count += count * Float32Array.BYTES_PER_ELEMENT;
    return new Float32Array();
  }
  int8(count: number): Int8Array {
    this.count += count;
    return new Int8Array();
  }
}

/** Gives the bytes of one buffer, one after the other. */
class Carved implements PlaneMemory {
  #offset = 0;
  constructor(private readonly buffer: ArrayBuffer) {}
  float32(count: number): Float32Array {
    return new Float32Array(this.buffer, this.#take(count * Float32Array.BYTES_PER_ELEMENT), count);
  }
  int8(count: number): Int8Array {
    return new Int8Array(this.buffer, this.#take(count), count);
  }
  #take(bytes: number): number {
    const start = this.#offset;
    this.#offset += bytes;
    return start;
  }
}
