const RULES = {
  /** A longer gap is a pause, not part of the rhythm. */
  longestGapMs: 1000,
  /** So many gaps are remembered: a writer's pace changes from sentence to sentence. */
  rememberedGaps: 7,
  /** Keystrokes come irregularly: most follow within so many times the usual gap. */
  patience: 1.25,
  /** However slowly somebody types and the model answers, who has stopped does not wait longer than this. */
  longestWaitMs: 150,
} as const;

/**
 * How long to wait for the next keystroke before the model is asked. An answer that comes well before that keystroke is
 * seen, and is worth asking for at once; one that comes later would be thrown away, and the next one with it, as long as
 * the writer goes on.
 */
export class TypingRhythm {
  readonly #gaps: number[] = [];
  #last: number | undefined;
  #answerMs = 0;

  /**
   * A keystroke has come.
   *
   * @param now Milliseconds of any clock.
   * @returns Milliseconds to wait.
   */
  typed(now: number): number {
    const gap = now - (this.#last ?? Number.NEGATIVE_INFINITY);
    this.#last = now;
    if (gap > RULES.longestGapMs) return 0;
    this.#gaps.push(gap);
    if (this.#gaps.length > RULES.rememberedGaps) this.#gaps.shift();
    const usual = middle(this.#gaps);
    return this.#answerMs <= usual / 2 ? 0 : Math.min(RULES.longestWaitMs, RULES.patience * usual);
  }

  /** The model has answered, so many milliseconds after it was asked. */
  answered(ms: number): void {
    this.#answerMs = this.#answerMs === 0 ? ms : (this.#answerMs + ms) / 2;
  }
}

/** The larger of the two in the middle, of an even number. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
