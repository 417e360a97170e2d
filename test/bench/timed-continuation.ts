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
  close(): Promise<void>;
}
