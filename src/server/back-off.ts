const RULES = {
  /** What stood there for less has not been read. */
  readAfterMs: 500,
  /** So many suggestions in a row may be passed over: writers look more often than they take. */
  freeRejections: 4,
  /** The wait after one more; it doubles with each that follows. */
  firstWaitMs: 250,
  longestWaitMs: 2000,
  /** Who comes back after so long begins anew. */
  forgottenAfterMs: 10 * 60_000,
} as const;

/**
 * How much longer to wait before the next suggestion, by how the writer received those before: one that is passed over
 * again and again is left alone while they write, and still finds something when they stop to think. The first suggestion
 * that is taken ends that. Times are milliseconds of any clock.
 */
export class BackOff {
  #rejections = 0;
  #shownAt: number | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** A suggestion has appeared. */
  shown(now: number): void {
    this.#shownAt = now;
    this.#touch(now);
  }

  /** The writer has written something else, or taken back what the suggestion followed. */
  passedOver(now: number): void {
    this.#touch(now);
    if (this.#shownAt !== undefined && now - this.#shownAt >= RULES.readAfterMs) this.#rejections++;
    this.#shownAt = undefined;
  }

  /** The writer has taken a suggestion, or a good part of it. */
  accepted(now: number): void {
    this.#touch(now);
    this.#rejections = 0;
    this.#shownAt = undefined;
  }

  /** Milliseconds to wait at least. */
  waitMs(now: number): number {
    if (now - this.#lastAt >= RULES.forgottenAfterMs) return 0;
    const beyond = this.#rejections - RULES.freeRejections;
    return beyond <= 0 ? 0 : Math.min(RULES.longestWaitMs, RULES.firstWaitMs * 2 ** (beyond - 1));
  }

  #touch(now: number): void {
    if (now - this.#lastAt >= RULES.forgottenAfterMs) this.#rejections = 0;
    this.#lastAt = now;
  }
}
