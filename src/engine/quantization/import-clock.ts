/** The first shares are too short to tell anything from. */
const TELLS_AFTER_MS = 500;

/** Tells how long an import will still take, from how long what is done of it took. */
export class ImportClock {
  readonly #begin: number;

  /** @param now Milliseconds, from any beginning. */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#begin = now();
  }

  /**
   * Seconds that are left once `share` of the bytes, from 0 to 1, have been converted; `undefined` while that cannot be
   * told yet.
   */
  secondsLeft(share: number): number | undefined {
    const elapsed = this.now() - this.#begin;
    if (share <= 0 || elapsed < TELLS_AFTER_MS) return undefined;
    return Math.ceil((elapsed * (1 - share)) / share / 1000);
  }
}
