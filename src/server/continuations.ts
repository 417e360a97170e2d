import { generateAlternatives } from '../engine/inference/generate';
import type { LanguageModel } from '../engine/inference/language-model';
import type { Continuation, GenerateOptions } from '../engine/inference/sequence';
import type { SamplingSettings, StopAt } from '../protocol/settings';
import { isJapanese, isLineEnd } from '../text/japanese';
import { openMark } from '../text/markup/inline-marks';
import { lastLine, openQuotes } from '../text/typography/brackets';
import type { Place } from './offered-suggestions';
import type { PromptBuilder } from './prompt';
import { suggestionEnd, withoutCutEnd } from './suggestion-end';

/** Characters before the cursor that decide whether a document is Japanese. */
const LANGUAGE_WINDOW = 400;

/** Behind these a paragraph may be at its end. */
const PARAGRAPH_END = /[。！？!?」』）…―—]$/u;
/** A line that has one of these is prose, and no heading. */
const PROSE = /[、。！？「」…]/u;

/**
 * Whether the cursor stands in Japanese prose, where it may be continued: at the end of a line and in no mark of ruby or
 * notes, or wherever the writer asks for it.
 */
export function wantsContinuation({ before, restOfLine }: Place, asked = false): boolean {
  if (!isJapanese(before.slice(-LANGUAGE_WINDOW))) return false;
  return asked || (isLineEnd(restOfLine) && openMark(lastLine(before)) === undefined);
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
  readonly place: Place;
  readonly sampling: SamplingSettings;
  readonly stopAt: StopAt;
  /** A continuation for each. */
  readonly seeds: readonly number[];
  /** The writer has asked for it: something is written even where the model would end the line. */
  readonly asked?: boolean;
  /** Each continuation begins with another token than all the others, and with none of these. */
  readonly beginUnlike?: ReadonlySet<number>;
  readonly signal?: AbortSignal;
}

export interface Continuations {
  /**
   * As the model wrote them, less a word that the limit has cut: `filters/` says what of them may be shown. `ids` are all that
   * was drawn.
   */
  readonly continuations: readonly Continuation[];
  readonly promptTokens: number;
  /** How many of those were evaluated before. */
  readonly heldTokens: number;
}

/** What a model writes behind the text before the cursor: prompt, window and draws as ghost text has them. */
export async function continuationsAt(
  model: LanguageModel,
  prompts: PromptBuilder,
  { place, sampling, stopAt, seeds, asked = false, beginUnlike, signal }: ContinuationRequest,
): Promise<Continuations> {
  const { before } = place;
  const { budget, maxNewTokens } = promptWindow(model, sampling);
  const { ids, opensLine } = prompts.build(before, budget);
  const heldTokens = model.heldOf(ids);
  const options = {
    ...sampling,
    ...endOptions(stopAt, before),
    maxNewTokens,
    opensLine,
    atFirst: atFirst(place, asked || opensLine),
    textOnly: true,
    seeds,
    ...(beginUnlike !== undefined && { distinct: true, notFirst: beginUnlike }),
  };
  const continuations = (await generateAlternatives(model, ids, options, { signal })).map((continuation) => {
    const { text, finish } = continuation;
    return finish === 'length' ? { ...continuation, text: withoutCutEnd(text, before, stopAt) } : continuation;
  });
  return { continuations, promptTokens: ids.length, heldTokens };
}

function endOptions(stopAt: StopAt, before: string): Pick<GenerateOptions, 'stopAt' | 'endOf'> {
  if (stopAt === 'paragraph' || stopAt === 'none') return { stopAt };
  return { stopAt: 'sentence', endOf: suggestionEnd(stopAt, before) };
}

/**
 * At the end of a paragraph the next one may begin. In the middle of a sentence the model has to go on, and where it is
 * asked to; behind what may be a heading it may end the line, and then nothing is suggested.
 */
function atFirst({ before, restOfLine }: Place, asked: boolean): NonNullable<GenerateOptions['atFirst']> {
  const line = lastLine(before).trim();
  const isOpen = openQuotes(line).length > 0;
  if (restOfLine.trim() === '' && !isOpen && PARAGRAPH_END.test(line)) return 'next-line';
  return asked || isOpen || PROSE.test(line) ? 'go-on' : 'end';
}
