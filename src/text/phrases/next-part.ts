import { phraseBoundaries } from './phrase-boundaries';
import { sentenceBoundaries } from './sentence-boundaries';

/** How much of a suggestion is taken at once. */
export type PartUnit = 'phrase' | 'sentence';

/** Characters before the cursor that may say where the first 文節 of a suggestion ends. */
const CONTEXT = 60;

const BOUNDARIES: Readonly<Record<PartUnit, (text: string) => number[]>> = {
  phrase: phraseBoundaries,
  sentence: sentenceBoundaries,
};

/**
 * The beginning of a suggestion up to the end of its first 文節 or sentence; all of it when there is but one.
 *
 * @param before The text before the cursor, in which that 文節 or sentence may have begun.
 */
export function nextPart(unit: PartUnit, before: string, suggestion: string): string {
  const context = before.slice(before.lastIndexOf('\n') + 1).slice(-CONTEXT);
  const end = BOUNDARIES[unit](context + suggestion).find((index) => index > context.length);
  return end === undefined ? suggestion : suggestion.slice(0, end - context.length);
}
