const RULES = {
  /** The median of so many answers counts: one that another program slowed down does not. */
  answers: 5,
  /** Who waits longer than this has written on. */
  slowMs: 3000,
} as const;

/** Whether the machine keeps up with the model. */
export class AnswerPace {
  readonly #recent: number[] = [];

  /** An answer took so many milliseconds. */
  record(ms: number): void {
    this.#recent.push(ms);
    if (this.#recent.length > RULES.answers) this.#recent.shift();
  }

  /** How long an answer takes, when that is too long. */
  get slowMs(): number | undefined {
    if (this.#recent.length < RULES.answers) return undefined;
    const median = this.#recent.toSorted((a, b) => a - b)[RULES.answers >> 1];
    return median !== undefined && median > RULES.slowMs ? median : undefined;
  }
}
