import { restoreTypography } from '../../text/typography/restore-typography';
import type { Place } from '../offered-suggestions';
import { closeSpeechOnce } from './close-speech-once';
import { dropDuplicates } from './drop-duplicates';
import { dropHalfWritten } from './drop-half-written';
import { dropRepetition } from './drop-repetition';
import { dropSuffixOverlap } from './drop-suffix-overlap';
import { dropUnfinishedMarks } from './drop-unfinished-marks';

/** In this order: brackets are judged in the text as it will stand, and nothing after an end is looked at. */
const FILTERS: readonly ((suggestion: string, place: Place, unwritable?: ReadonlySet<string>) => string)[] = [
  dropHalfWritten,
  (suggestion, { before }, unwritable) => restoreTypography(suggestion, before, unwritable),
  (suggestion, { before }) => dropRepetition(suggestion, before),
  (suggestion, { before }) => closeSpeechOnce(suggestion, before),
  (suggestion, { before }) => dropUnfinishedMarks(suggestion, before),
  (suggestion, { restOfLine }) => dropSuffixOverlap(suggestion, restOfLine),
  dropHalfWritten,
];

/**
 * What the model wrote, as it may be shown: the alternatives that are left, each once.
 *
 * @param unwritable Characters that its tokenizer cannot write.
 */
export function filterSuggestions(
  continuations: readonly string[],
  place: Place,
  unwritable?: ReadonlySet<string>,
): string[] {
  const filtered = continuations.map((text) => FILTERS.reduce((kept, filter) => filter(kept, place, unwritable), text));
  return dropDuplicates(filtered);
}
