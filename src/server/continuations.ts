import { generateAlternatives } from '../engine/inference/generate';
import type { LanguageModel } from '../engine/inference/language-model';
import type { Continuation } from '../engine/inference/sequence';
import type { SamplingSettings, StopAt } from '../protocol/settings';
import { isJapanese, isLineEnd } from '../text/japanese';
import type { Place } from './offered-suggestions';
import type { PromptBuilder } from './prompt';

/** Characters before the cursor that decide whether a document is Japanese. */
const LANGUAGE_WINDOW = 400;

/** Whether the cursor stands at the end of a line of Japanese prose. */
export function wantsContinuation({ before, restOfLine }: Place): boolean {
  return isLineEnd(restOfLine) && isJapanese(before.slice(-LANGUAGE_WINDOW));
}

/** How the positions of a model are shared, in tokens: `budget` for the prompt, `maxNewTokens` for what is written. */
export function promptWindow(
  { config }: LanguageModel,
  sampling: SamplingSettings,
): { readonly budget: number; readonly maxNewTokens: number } {
  const maxNewTokens = Math.min(sampling.maxNewTokens, config.n_positions >> 1);
  return { budget: config.n_positions - maxNewTokens, maxNewTokens };
}

export interface ContinuationRequest {
  readonly before: string;
  readonly sampling: SamplingSettings;
  readonly stopAt: StopAt;
  /** A continuation for each. */
  readonly seeds: readonly number[];
  readonly signal?: AbortSignal;
}

export interface Continuations {
  /** As the model wrote them: `filters/` says what of them may be shown. */
  readonly continuations: readonly Continuation[];
  readonly promptTokens: number;
  /** How many of those were evaluated before. */
  readonly heldTokens: number;
}

/** What a model writes behind the text before the cursor: prompt, window and draws as ghost text has them. */
export async function continuationsAt(
  model: LanguageModel,
  prompts: PromptBuilder,
  { before, sampling, stopAt, seeds, signal }: ContinuationRequest,
): Promise<Continuations> {
  const { budget, maxNewTokens } = promptWindow(model, sampling);
  const { ids, opensLine } = prompts.build(before, budget);
  const heldTokens = model.heldOf(ids);
  const options = { ...sampling, maxNewTokens, stopAt, opensLine, textOnly: true, seeds };
  const continuations = await generateAlternatives(model, ids, options, { signal });
  return { continuations, promptTokens: ids.length, heldTokens };
}
