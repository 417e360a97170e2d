/** What counts as now. */
const WINDOW_MS = 5_000;

/** Nothing is said of a speed before this. */
const LEAST_MS = 500;

/** How fast something comes in, by what came within the last seconds. */
export class TransferRate {
  readonly #samples: { readonly at: number; readonly bytes: number }[] = [];

  /**
   * @param at Milliseconds of any clock that does not go back.
   * @param bytes Received so far.
   */
  add(at: number, bytes: number): void {
    // Thrown away and begun anew: what was before tells nothing.
    if (bytes < (this.#samples.at(-1)?.bytes ?? 0)) this.#samples.length = 0;
    this.#samples.push({ at, bytes });
    while ((this.#samples[1]?.at ?? at) < at - WINDOW_MS) this.#samples.shift();
  }

  /** `undefined` until it can be told. */
  get bytesPerSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return undefined;
    return (1000 * (last.bytes - first.bytes)) / (last.at - first.at);
  }
}
