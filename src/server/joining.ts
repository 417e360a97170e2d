import type { LanguageModel } from '../engine/inference/language-model';
import type { PromptBuilder } from '../engine/inference/prompt';
import { type JudgedBranch, scoreBranches } from '../engine/inference/score-branches';
import type { Place } from '../suggestion/place';
import { withoutInlineMarks } from '../text/markup/inline-marks';
import { phraseBoundaries } from '../text/phrases/phrase-boundaries';
import { lastLine } from '../text/typography/brackets';

const RULES = {
  /** Characters behind the cursor by which a join is judged. */
  head: 16,
  /** A suggestion that comes to as many characters of what follows has come to what follows. */
  meets: 2,
  /** Places at which a continuation may be ended to join, the first ones. */
  cuts: 4,
} as const;

/**
 * What may be inserted before the rest of a line: beginnings of what the model wrote, up to the end of a 文節 each, the whole
 * included; where it comes to say what follows already, it is ended before that.
 */
export function joinsOf(continuation: string, { before, restOfLine }: Place): string[] {
  const meets = restOfLine.trimStart().slice(0, RULES.meets);
  const met = meets === '' ? -1 : continuation.indexOf(meets);
  const text = (met < 0 ? continuation : continuation.slice(0, met)).replace(/\n.*$/su, '').trimEnd();
  const line = lastLine(before);
  const ends = phraseBoundaries(line + text).map((index) => index - line.length);
  const inside = ends.filter((end) => end > 0).slice(0, RULES.cuts);
  return [...inside.map((end) => text.slice(0, end).trimEnd()), text].filter((join) => join !== '');
}

export interface JoinRequest {
  readonly place: Place;
  /** Tokens that the prompt may have, as when the suggestions were drawn. */
  readonly budget: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Orders suggestions by how well what follows the cursor goes on from them: by log p(the next characters of the line | the
 * text before, the suggestion), the likeliest first.
 *
 * @returns Nothing when the signal ended the work.
 */
export async function bestJoins(
  model: LanguageModel,
  prompts: PromptBuilder,
  suggestions: readonly string[],
  { place: { before, restOfLine }, budget, signal }: JoinRequest,
): Promise<readonly string[]> {
  const head = restOfLine.trimEnd().slice(0, RULES.head);
  const line = withoutInlineMarks(lastLine(before)).trim();
  const own = model.tokenizer.encode(line);
  const { ids } = prompts.build(before, budget);
  const above = ids.slice(0, Math.max(0, ids.length - own.length));
  const wholes = suggestions.map((suggestion) => {
    const whole = model.tokenizer.encode(line + suggestion + head);
    return { whole, from: commonStart(whole, model.tokenizer.encode(line + suggestion)) };
  });
  const [{ whole: one, from: least } = { whole: [], from: 0 }] = wholes;
  const shared = wholes.reduce((length, { whole, from }) => Math.min(length, from, commonStart(one, whole)), least);
  const branches: JudgedBranch[] = wholes.map(({ whole, from }) => ({ ids: whole.slice(shared), from: from - shared }));
  const room = model.config.n_positions - Math.max(...branches.map(({ ids: branch }) => branch.length));
  const prompt = [...above, ...one.slice(0, shared)].slice(-Math.max(1, room));
  if (prompt.length === 0) return suggestions;
  const scores = await scoreBranches(model, prompt, branches, signal);
  if (scores === undefined) return [];
  return [...suggestions.entries()].sort(([a], [b]) => (scores[b] ?? 0) - (scores[a] ?? 0)).map(([, text]) => text);
}

function commonStart(a: readonly number[], b: readonly number[]): number {
  const different = a.findIndex((id, i) => id !== b[i]);
  return different < 0 ? a.length : different;
}
