/** Positions are added this many at a time: that moves the cache, and unused ones cost attention time. */
const BUCKET = 64;

export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  readonly headDim: number;
  /** Tokens that may be held at most. */
  readonly maxLength: number;
}

export interface LayerTensors {
  /** [H, capacity, D] */
  readonly key: Float32Array;
  /** [H, capacity, D] */
  readonly value: Float32Array;
}

/**
 * Keys and values of a token sequence, kept by the host. The graph reads `capacity` positions with those from `length`
 * on masked, and returns only what is new: nothing grows inside ONNX Runtime.
 */
export class KvCache {
  readonly #tokens: number[] = [];
  /** Room for every position that the model knows; what has not been used yet, the system has not given yet either. */
  readonly #buffers: readonly LayerTensors[];
  #layers: readonly LayerTensors[];
  #capacity: number;

  constructor(readonly shape: CacheShape) {
    const { layers, heads, headDim, maxLength } = shape;
    this.#capacity = this.#roomFor(0);
    const length = heads * maxLength * headDim;
    // One buffer for all: each large one that comes makes the garbage collector look through the whole heap.
    const all = new Float32Array(2 * layers * length);
    this.#buffers = Array.from({ length: layers }, (_, layer) => {
      const key = 2 * layer * length;
      return { key: all.subarray(key, key + length), value: all.subarray(key + length, key + 2 * length) };
    });
    this.#layers = this.#view(this.#capacity);
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

  get layers(): readonly LayerTensors[] {
    return this.#layers;
  }

  /** Bytes held, for the status. */
  get byteLength(): number {
    return this.#layers.reduce((sum, { key, value }) => sum + key.byteLength + value.byteLength, 0);
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
    if (this.#roomFor(length) <= this.#capacity / 2) this.#resize(this.#roomFor(length));
  }

  /**
   * Keeps the first `length` tokens, and behind them those at `positions`, which lie further back and in this order.
   */
  select(length: number, positions: readonly number[]): void {
    const D = this.shape.headDim;
    positions.forEach((from, i) => {
      const to = length + i;
      this.#tokens[to] = this.#tokens[from] ?? 0;
      for (const { key, value } of this.#layers) {
        for (let start = 0; start < key.length; start += this.#capacity * D) {
          key.copyWithin(start + to * D, start + from * D, start + (from + 1) * D);
          value.copyWithin(start + to * D, start + from * D, start + (from + 1) * D);
        }
      }
    });
    this.#tokens.length = length + positions.length;
  }

  /**
   * Appends the keys and values of `tokens`.
   *
   * @param present For each layer the queries, keys and values of the tokens, [3H, T, D], T = tokens.length.
   */
  append(tokens: readonly number[], present: readonly Float32Array[]): void {
    const start = this.length;
    const end = start + tokens.length;
    if (end > this.shape.maxLength)
      throw new RangeError(`${end} tokens, the cache has room for ${this.shape.maxLength}`);
    if (end > this.#capacity) this.#resize(this.#roomFor(end));
    this.#layers.forEach((layer, i) => {
      const heads = present[i];
      if (heads === undefined) throw new RangeError(`no keys for layer ${i}`);
      const part = heads.length / 3;
      this.#copyHeads(heads.subarray(part, 2 * part), layer.key, start, tokens.length);
      this.#copyHeads(heads.subarray(2 * part), layer.value, start, tokens.length);
    });
    for (const token of tokens) this.#tokens.push(token);
  }

  /** The capacity for so many tokens. */
  #roomFor(length: number): number {
    return Math.min(Math.max(1, Math.ceil(length / BUCKET)) * BUCKET, this.shape.maxLength);
  }

  /** The beginning of every buffer, as a cache of so many positions. */
  #view(capacity: number): LayerTensors[] {
    const size = this.shape.heads * capacity * this.shape.headDim;
    return this.#buffers.map(({ key, value }) => ({ key: key.subarray(0, size), value: value.subarray(0, size) }));
  }

  /**
   * Moves the heads apart or together where they lie: nothing is left over for the garbage collector to find at its
   * leisure.
   */
  #resize(capacity: number): void {
    const { heads, headDim: D } = this.shape;
    const [before, after] = [this.#capacity * D, capacity * D];
    for (const { key, value } of this.#buffers) {
      for (let i = 1; i < heads; i++) {
        // No head may land on one that has not been moved yet.
        const head = after > before ? heads - i : i;
        const [start, end] = [head * before, head * before + this.length * D];
        key.copyWithin(head * after, start, end);
        value.copyWithin(head * after, start, end);
      }
    }
    this.#capacity = capacity;
    this.#layers = this.#view(capacity);
  }

  /** [H, T, D] → [H, capacity, D] from position `start` on. */
  #copyHeads(from: Float32Array, to: Float32Array, start: number, T: number): void {
    const D = this.shape.headDim;
    for (let h = 0; h < this.shape.heads; h++) {
      to.set(from.subarray(h * T * D, (h + 1) * T * D), (h * this.#capacity + start) * D);
    }
  }
}
