/** Positions are added this many at a time: growing copies the cache, and unused ones cost attention time. */
const BUCKET = 64;

export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  readonly headDim: number;
  /** Positions that the model knows at most. */
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
  #layers: LayerTensors[];
  #capacity = BUCKET;

  constructor(readonly shape: CacheShape) {
    this.#layers = this.#allocate(this.#capacity);
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

  /** Forgets everything from position `length` on. */
  truncate(length: number): void {
    this.#tokens.length = Math.min(this.length, length);
  }

  /**
   * Appends the keys and values of `tokens`.
   *
   * @param present For each layer [H, T, D], T = tokens.length.
   */
  append(tokens: readonly number[], present: readonly LayerTensors[]): void {
    const start = this.length;
    const end = start + tokens.length;
    if (end > this.shape.maxLength) throw new RangeError(`${end} positions, the model has ${this.shape.maxLength}`);
    if (end > this.#capacity) this.#grow(Math.ceil(end / BUCKET) * BUCKET);
    this.#layers.forEach((layer, i) => {
      const added = present[i];
      if (added === undefined) throw new RangeError(`no keys for layer ${i}`);
      this.#copyHeads(added.key, tokens.length, layer.key, this.#capacity, start, tokens.length);
      this.#copyHeads(added.value, tokens.length, layer.value, this.#capacity, start, tokens.length);
    });
    for (const token of tokens) this.#tokens.push(token);
  }

  #allocate(capacity: number): LayerTensors[] {
    const size = this.shape.heads * capacity * this.shape.headDim;
    return Array.from({ length: this.shape.layers }, () => ({
      key: new Float32Array(size),
      value: new Float32Array(size),
    }));
  }

  #grow(capacity: number): void {
    const old = this.#layers;
    const oldCapacity = this.#capacity;
    this.#capacity = capacity;
    this.#layers = this.#allocate(capacity);
    this.#layers.forEach((layer, i) => {
      const from = old[i];
      if (from === undefined) return;
      this.#copyHeads(from.key, oldCapacity, layer.key, capacity, 0, this.length);
      this.#copyHeads(from.value, oldCapacity, layer.value, capacity, 0, this.length);
    });
  }

  /** [H, fromLength, D] → [H, toLength, D] at position `start`, the first `count` positions of each head. */
  #copyHeads(
    from: Float32Array,
    fromLength: number,
    to: Float32Array,
    toLength: number,
    start: number,
    count: number,
  ): void {
    const D = this.shape.headDim;
    for (let h = 0; h < this.shape.heads; h++) {
      const source = from.subarray(h * fromLength * D, (h * fromLength + count) * D);
      to.set(source, (h * toLength + start) * D);
    }
  }
}
