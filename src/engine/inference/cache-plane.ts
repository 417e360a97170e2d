/** Some rows of numbers, each with room for `width` numbers at every position: [rows, capacity, width]. */
export class CachePlane<Numbers extends Float32Array | Int8Array = Float32Array | Int8Array> {
  #capacity = 0;

  /**
   * @param numbers Room for every position that will ever be asked for; what is not used, the system does not give.
   * @param shape What the graph takes the rows for, given a capacity.
   */
  constructor(
    readonly numbers: Numbers,
    readonly rows: number,
    readonly width: number,
    private readonly shape: (capacity: number) => readonly number[],
  ) {}

  get capacity(): number {
    return this.#capacity;
  }

  get byteLength(): number {
    return this.rows * this.#capacity * this.width * this.numbers.BYTES_PER_ELEMENT;
  }

  /** The rows as an input of the graph. */
  get view(): { readonly data: Float32Array | Int8Array; readonly shape: readonly number[] } {
    return {
      data: this.numbers.subarray(0, this.rows * this.#capacity * this.width),
      shape: this.shape(this.#capacity),
    };
  }

  /**
   * Moves the rows apart or together where they lie: nothing is left over for the garbage collector to find at its
   * leisure.
   *
   * @param length Positions that are held, no more than either capacity.
   */
  resize(length: number, capacity: number): void {
    const [before, after] = [this.#capacity * this.width, capacity * this.width];
    for (let i = 1; i < this.rows; i++) {
      // No row may land on one that has not been moved yet.
      const row = after > before ? this.rows - i : i;
      this.numbers.copyWithin(row * after, row * before, row * before + length * this.width);
    }
    this.#capacity = capacity;
  }

  /** Puts what is held at one position at another one too. */
  copy(from: number, to: number): void {
    const { numbers, width } = this;
    for (let start = 0; start < this.rows * this.#capacity * width; start += this.#capacity * width) {
      for (let i = 0; i < width; i++) numbers[start + to * width + i] = numbers[start + from * width + i] ?? 0;
    }
  }
}
