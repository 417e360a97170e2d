import { LanguageModel, type OpenOptions } from '../../engine/inference/language-model';
import { type Score, scoreText, totals } from '../../engine/inference/score';
import { phraseBoundaries } from '../../text/phrases/phrase-boundaries';
import { GhostText } from './ghost-text';
import { simulateWriting, type WrittenLine } from './simulated-writer';

export interface EvaluationOptions extends Omit<OpenOptions, 'logitsOf'> {
  readonly model: string;
  /** Suggestions at a place in the second column, the greedy one among them; 1 leaves the column out. */
  readonly alternatives: number;
  /** Whether the text is also written with a look at the greedy suggestion after each character. */
  readonly everyCharacter?: boolean | undefined;
  /** Each text is written up to the last boundary of a 文節 within so many UTF-16 units. */
  readonly maxCharacters?: number | undefined;
}

/** One text, as it was written. */
export interface TextEvaluation {
  /** Code points of the trimmed lines, as `tsuzuki score` counts them. */
  readonly characters: number;
  readonly bits_per_character: number;
  readonly greedy: readonly WrittenLine[];
  readonly alternatives?: readonly WrittenLine[];
  readonly everyCharacter?: readonly WrittenLine[];
}

export interface Evaluation {
  readonly texts: readonly TextEvaluation[];
  readonly bits_per_character: number;
  /** At boundaries of 文節. */
  readonly ms_per_suggestion: number;
  /** Greedy continuations there that could not be shown, by what left nothing of them. */
  readonly empty: Readonly<Record<string, number>>;
}

/**
 * What a model is worth to somebody who writes these texts, each by itself from its beginning, and how well it predicts
 * them.
 *
 * @throws {CheckpointError} when the model or the adapter cannot be used
 */
export async function evaluateTexts(
  texts: readonly string[],
  { model: folder, alternatives, everyCharacter = false, maxCharacters, ...options }: EvaluationOptions,
): Promise<Evaluation> {
  const cut = texts.map((text) => beginningOf(text, maxCharacters));
  const scorer = await LanguageModel.open(folder, { ...options, logitsOf: 'all' });
  const scores: Score[] = [];
  for (const text of cut) scores.push(await scoreText(scorer, text));
  await scorer.close();

  const model = await LanguageModel.open(folder, options);
  const ghostText = new GhostText(model);
  const greedy = (before: string) => ghostText.greedy(before);
  const several = (before: string) => ghostText.alternatives(before, alternatives);
  const written: Pick<TextEvaluation, 'greedy' | 'alternatives'>[] = [];
  for (const text of cut) {
    written.push({
      greedy: await simulateWriting(text, greedy),
      ...(alternatives > 1 && { alternatives: await simulateWriting(text, several) }),
    });
  }
  const { msPerSuggestion: ms_per_suggestion, emptied: empty } = ghostText;
  const lookingAlways: (readonly WrittenLine[])[] = [];
  for (const text of everyCharacter ? cut : []) lookingAlways.push(await simulateWriting(text, greedy, 'character'));
  await model.close();

  const sum = (figure: (score: (typeof scores)[number]) => number) => scores.reduce((all, one) => all + figure(one), 0);
  const logProbs = scores.flatMap(({ log_probs }) => log_probs);
  const { bits_per_character } = totals(
    sum(({ tokens }) => tokens),
    logProbs.length,
    sum(({ characters }) => characters),
    logProbs,
  );
  return {
    texts: written.map((text, i) => {
      const { characters = 0, bits_per_character: bits = 0 } = scores[i] ?? {};
      const always = lookingAlways[i];
      return { characters, bits_per_character: bits, ...text, ...(always && { everyCharacter: always }) };
    }),
    bits_per_character,
    ms_per_suggestion,
    empty,
  };
}

function beginningOf(text: string, maxCharacters: number | undefined): string {
  if (maxCharacters === undefined || text.length <= maxCharacters) return text;
  return text.slice(0, phraseBoundaries(text).findLast((index) => index <= maxCharacters) ?? maxCharacters);
}
