import type { Drawn } from '../../protocol/comparison';

/** A text, and how it goes on before and after fine-tuning. */
export interface ComparedText {
  /** What is continued. */
  readonly text: string;
  /** Continuations of the model as it was; missing as long as it has not written. */
  readonly before?: readonly string[];
  /** Those of the fine-tuned one. */
  readonly after?: readonly string[];
  /** Why there are none, for the user. */
  readonly problem?: string;
}

/** The same texts continued by both models with the same seeds, in the order in which they were asked for. */
export type Comparison = readonly ComparedText[];

/** Index of the first text that is still to be written, -1 when all are. */
export function firstUnwritten(comparison: Comparison): number {
  return comparison.findIndex(({ after, problem }) => after === undefined && problem === undefined);
}

/** The comparison after one of the models has written. */
export function withDrawn(comparison: Comparison, index: number, { when, texts }: Drawn): Comparison {
  return comparison.map((one, i) => (i === index ? { ...one, [when]: texts } : one));
}

export function withProblem(comparison: Comparison, index: number, problem: string): Comparison {
  return comparison.map((one, i) => (i === index ? { ...one, problem } : one));
}
