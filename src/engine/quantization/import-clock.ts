/** The beginning tells nothing: a second in which a disk wakes up, the code is compiled. */
const TELLS_AFTER = { ms: 1000, share: 0.1 } as const;

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
    if (share < TELLS_AFTER.share || elapsed < TELLS_AFTER.ms) return undefined;
    return Math.ceil((elapsed * (1 - share)) / share / 1000);
  }
}
