import { promptWindow } from '../engine/inference/continuations';
import type { LanguageModel } from '../engine/inference/language-model';
import type { PromptBuilder } from '../engine/inference/prompt';
import { sequenceSeed } from '../engine/inference/random';
import type { Continuation } from '../engine/inference/sequence';
import type { SamplingSettings, StopAt } from '../protocol/settings';
import { type DrawRequest, drawAt } from '../suggestion/draw-at';
import type { Place } from '../suggestion/place';
import { isLineEnd } from '../text/japanese';
import { filterSuggestions } from './filters/filter-suggestions';
import { bestJoins, joinsOf } from './joining';

const RULES = {
  /** How often what came out empty, or as another did, is drawn again. */
  rounds: 2,
  /** Continuations that are drawn in the middle of a line, of which few will join. */
  joining: 6,
  /** Tokens of those. */
  joiningTokens: 24,
} as const;

export interface SuggestionRequest {
  readonly place: Place;
  readonly sampling: SamplingSettings;
  readonly stopAt: StopAt;
  readonly seed: number;
  /** How many different suggestions are wanted. */
  readonly count: number;
  /** The writer has asked for them. */
  readonly asked: boolean;
  /** Characters that the model's tokenizer cannot write. */
  readonly unwritable: ReadonlySet<string>;
  readonly signal?: AbortSignal;
}

export interface Suggestions {
  /** As they may be shown, each different from the others: at most as many as were wanted. */
  readonly texts: readonly string[];
  /** As the model wrote them. */
  readonly drawn: readonly Continuation[];
  readonly promptTokens: number;
  /** How many of those were evaluated before. */
  readonly heldTokens: number;
}

/**
 * The suggestions at a place. What the filters leave nothing of, and what comes out as another did, is drawn again, and then
 * begins unlike all before. In the middle of a line those come first that join what follows best.
 */
export async function suggestionsAt(
  model: LanguageModel,
  prompts: PromptBuilder,
  request: SuggestionRequest,
): Promise<Suggestions> {
  const { place, sampling, stopAt, seed, asked, unwritable, signal } = request;
  const joins = !isLineEnd(place.restOfLine);
  const wanted = joins ? RULES.joining : request.count;
  // One window for ghost text, for what may join, and to judge how well it does: another would be evaluated anew.
  const { budget } = promptWindow(model, sampling);
  const limited = { ...sampling, maxNewTokens: Math.min(sampling.maxNewTokens, RULES.joiningTokens) };
  const common = {
    place,
    sampling: joins ? limited : sampling,
    budget,
    stopAt,
    asked,
    ...(signal !== undefined && { signal }),
  };
  const draw = (seeds: readonly number[], unlike?: ReadonlySet<number>) => {
    // What is drawn again replaces something that was written: to write nothing would be no answer.
    const again = unlike !== undefined && { beginUnlike: unlike, asked: true };
    const one: DrawRequest = { ...common, seeds, ...again };
    return drawAt(model, prompts, one);
  };
  const shown = (drawn: readonly Continuation[]) => {
    const texts = drawn.map(({ text }) => text);
    return filterSuggestions(joins ? texts.flatMap((text) => joinsOf(text, place)) : texts, place, unwritable);
  };

  const { continuations, promptTokens, heldTokens } = await draw(seedsFrom(seed, 0, wanted));
  let drawn = continuations;
  let texts = shown(drawn);
  for (let round = 0; round < RULES.rounds && texts.length < wanted && signal?.aborted !== true; round++) {
    // What the model left empty itself stays so, unless it was asked.
    if (!asked && drawn.every(({ ids }) => ids.length === 0)) break;
    const begun = new Set(drawn.flatMap(({ ids }) => ids.slice(0, 1)));
    const more = await draw(seedsFrom(seed, drawn.length, wanted - texts.length), begun);
    drawn = [...drawn, ...more.continuations];
    texts = shown(drawn);
  }
  if (joins && texts.length > 0) texts = [...(await bestJoins(model, prompts, texts, { place, budget, signal }))];
  return { texts: texts.slice(0, request.count), drawn, promptTokens, heldTokens };
}

function seedsFrom(seed: number, first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => sequenceSeed(seed, first + i));
}
