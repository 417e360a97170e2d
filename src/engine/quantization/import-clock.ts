/** The first shares are too short to tell anything from. */
const TELLS_AFTER_MS = 500;

/**
 * Tells how long an import will still take, from how long what is done of it took. It begins with the import: with its
 * first share, which is 0.
 */
export class ImportClock {
  readonly #begin: number;

  /** @param now Milliseconds, from any beginning. */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#begin = now();
  }

  /**
   * Seconds that are left once `share` of the work, from 0 to 1, has been done; `undefined` while that cannot be told yet.
   */
  secondsLeft(share: number): number | undefined {
    const elapsed = this.now() - this.#begin;
    if (share <= 0 || elapsed < TELLS_AFTER_MS) return undefined;
    return Math.ceil((elapsed * (1 - share)) / share / 1000);
  }
}
