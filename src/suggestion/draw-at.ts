import { type Continuations, continuationsAt } from '../engine/inference/continuations';
import type { LanguageModel } from '../engine/inference/language-model';
import type { PromptBuilder } from '../engine/inference/prompt';
import type { GenerateOptions } from '../engine/inference/sequence';
import type { SamplingSettings, StopAt } from '../protocol/settings';
import { stopRule, withoutCutEnd } from '../text/phrases/suggestion-end';
import { lastLine, openQuotes } from '../text/typography/brackets';
import type { Place } from './place';

/** Behind these a paragraph may be at its end. */
const PARAGRAPH_END = /[。！？!?」』）…―—]$/u;
/** A line that has one of these is prose, and no heading. */
const PROSE = /[、。！？「」…]/u;

export interface DrawRequest {
  readonly place: Place;
  readonly sampling: Omit<SamplingSettings, 'seed' | 'alternatives'>;
  /** Tokens that the prompt may have, where it is to leave room for more than is drawn. */
  readonly budget?: number;
  readonly stopAt: StopAt;
  /** A continuation for each. */
  readonly seeds: readonly number[];
  /** The writer has asked for it: something is written even where the model would end the line. */
  readonly asked?: boolean;
  /** Each continuation begins with another token than all the others, and with none of these. */
  readonly beginUnlike?: ReadonlySet<number>;
  readonly signal?: AbortSignal;
}

/** What a model writes at a place, as long as it is wanted, less a word that the limit of its tokens has cut. */
export async function drawAt(
  model: LanguageModel,
  prompts: PromptBuilder,
  { place, sampling, budget, stopAt, seeds, asked = false, beginUnlike, signal }: DrawRequest,
): Promise<Continuations> {
  const { before } = place;
  const rule = stopRule(stopAt, before);
  const unlike = beginUnlike !== undefined && { notFirst: beginUnlike };
  const drawing = { ...sampling, ...rule, ...unlike, atFirst: atFirst(place, asked) };
  const drawn = await continuationsAt(model, prompts, {
    before,
    sampling: drawing,
    budget,
    stopAt: rule.stopAt,
    seeds,
    distinct: beginUnlike !== undefined,
    ...(signal !== undefined && { signal }),
  });
  const continuations = drawn.continuations.map((continuation) => {
    const { text, finish } = continuation;
    return finish === 'length' ? { ...continuation, text: withoutCutEnd(text, before, stopAt) } : continuation;
  });
  return { ...drawn, continuations };
}

/**
 * At the end of a paragraph the next one may begin. In the middle of a sentence the model has to go on, and where it is
 * asked to; behind what may be a heading it may end the line, and then nothing is suggested.
 */
function atFirst({ before, restOfLine }: Place, asked: boolean): NonNullable<GenerateOptions['atFirst']> {
  const line = lastLine(before).trim();
  const isOpen = openQuotes(line).length > 0;
  if (restOfLine.trim() === '' && !isOpen && PARAGRAPH_END.test(line)) return 'next-line';
  return asked || line === '' || isOpen || PROSE.test(line) ? 'go-on' : 'end';
}
