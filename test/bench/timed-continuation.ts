/** A continuation and when its tokens came. */
export interface TimedContinuation {
  readonly ids: readonly number[];
  /** `performance.now()` of each token. */
  readonly times: readonly number[];
  /** The longest time in which nothing could have cancelled it, in ms. */
  readonly longestStepMs: number;
}

/** A language model under measurement. */
export interface TimedModel {
  /** Continues `prompt` greedily by exactly `count` tokens, through `</s>` if it comes. */
  generate(prompt: readonly number[], count: number): Promise<TimedContinuation>;
  /**
   * Continues `prompt` in several ways side by side, as alternatives are.
   *
   * @returns From the first tokens of all to the last, `count` − 1 steps later, in ms.
   */
  sideBySide(prompt: readonly number[], ways: number, count: number): Promise<number>;
  close(): Promise<void>;
}
