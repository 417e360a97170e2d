import { generateAlternatives } from './generate';
import type { LanguageModel } from './language-model';
import type { PromptBuilder } from './prompt';
import type { Continuation, GenerateOptions } from './sequence';
import { endsInside } from './token-healing';

/** How to draw: rules, length and what is special about the place. */
export type Drawing = Omit<GenerateOptions, 'seed' | 'stopAt' | 'opensLine' | 'textOnly' | 'heals'>;

/** How the positions of a model are shared, in tokens: `budget` for the prompt, `maxNewTokens` for what is written. */
export function promptWindow(
  { config }: LanguageModel,
  sampling: Pick<Drawing, 'maxNewTokens'>,
): { readonly budget: number; readonly maxNewTokens: number } {
  const maxNewTokens = Math.min(sampling.maxNewTokens, config.n_positions >> 1);
  return { budget: config.n_positions - maxNewTokens, maxNewTokens };
}

export interface ContinuationRequest {
  readonly before: string;
  readonly sampling: Drawing;
  /** Tokens that the prompt may have; by default what {@link promptWindow} leaves of the model's positions. */
  readonly budget?: number | undefined;
  readonly stopAt: GenerateOptions['stopAt'];
  /** A continuation for each. */
  readonly seeds: readonly number[];
  /** Each begins with another token than all the others. */
  readonly distinct?: boolean;
  readonly signal?: AbortSignal;
}

export interface Continuations {
  /** As the model wrote them, without the typography of the text before. */
  readonly continuations: readonly Continuation[];
  readonly promptTokens: number;
  /** How many of those were evaluated before. */
  readonly heldTokens: number;
}

/** What a model writes behind a text: prompt, window and draws as ghost text has them. */
export async function continuationsAt(
  model: LanguageModel,
  prompts: PromptBuilder,
  { before, sampling, budget, stopAt, seeds, distinct = false, signal }: ContinuationRequest,
): Promise<Continuations> {
  const { maxNewTokens, ...window } = promptWindow(model, sampling);
  const { ids, opensLine } = prompts.build(before, budget ?? window.budget);
  const heldTokens = model.heldOf(ids);
  const heals = endsInside(before);
  const options = { ...sampling, maxNewTokens, stopAt, opensLine, textOnly: true, heals, seeds, distinct };
  const continuations = await generateAlternatives(model, ids, options, { signal });
  return { continuations, promptTokens: ids.length, heldTokens };
}
