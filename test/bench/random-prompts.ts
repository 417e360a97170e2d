import type { Gpt2Config } from '../../src/engine/checkpoint/config';
import { seededRandom } from '../../src/engine/inference/random';

export interface PromptsWanted {
  readonly count: number;
  /** Fewer where the model has no room for more. */
  readonly promptTokens: number;
  readonly newTokens: number;
}

/** Ids below are `<unk>`, `<s>`, `</s>` and their like. */
const FIRST_TEXT_ID = 7;

/** Random ids that leave room for the continuation; the same ones each time. */
export function randomPrompts(config: Gpt2Config, { count, promptTokens, newTokens }: PromptsWanted): number[][] {
  const length = Math.min(promptTokens, config.n_positions - newTokens);
  if (length < 1) throw new RangeError(`${newTokens} new tokens leave no room in ${config.n_positions} positions`);
  const random = seededRandom(0);
  const id = () => FIRST_TEXT_ID + Math.floor(random() * (config.vocab_size - FIRST_TEXT_ID));
  return Array.from({ length: count }, () => Array.from({ length }, id));
}
