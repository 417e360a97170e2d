import type { Place } from '../../suggestion/place';
import { restoreTypography } from '../../text/typography/restore-typography';
import { closeSpeechOnce } from './close-speech-once';
import { dropDuplicates } from './drop-duplicates';
import { dropHalfWritten } from './drop-half-written';
import { dropRepetition } from './drop-repetition';
import { dropSuffixOverlap } from './drop-suffix-overlap';
import { dropUnfinishedMarks } from './drop-unfinished-marks';

interface Filter {
  readonly name: 'half-written' | 'typography' | 'repetition' | 'speech' | 'marks' | 'suffix';
  readonly apply: (suggestion: string, place: Place, unwritable?: ReadonlySet<string>) => string;
}

/** In this order: brackets are judged in the text as it will stand, and nothing after an end is looked at. */
const FILTERS: readonly Filter[] = [
  { name: 'half-written', apply: dropHalfWritten },
  {
    name: 'typography',
    apply: (suggestion, { before }, unwritable) => restoreTypography(suggestion, before, unwritable),
  },
  { name: 'repetition', apply: (suggestion, { before }) => dropRepetition(suggestion, before) },
  { name: 'speech', apply: (suggestion, { before }) => closeSpeechOnce(suggestion, before) },
  { name: 'marks', apply: (suggestion, { before }) => dropUnfinishedMarks(suggestion, before) },
  { name: 'suffix', apply: (suggestion, { before, restOfLine }) => dropSuffixOverlap(suggestion, restOfLine, before) },
  { name: 'half-written', apply: dropHalfWritten },
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
  const filtered = (text: string) => FILTERS.reduce((kept, { apply }) => apply(kept, place, unwritable), text);
  return dropDuplicates(continuations.map(filtered));
}

/** Why nothing of a continuation may be shown: the filter that left nothing, or the model itself; else undefined. */
export function emptiedBy(
  continuation: string,
  place: Place,
  unwritable?: ReadonlySet<string>,
): Filter['name'] | 'model' | undefined {
  if (continuation === '') return 'model';
  let kept = continuation;
  for (const { name, apply } of FILTERS) {
    kept = apply(kept, place, unwritable);
    if (kept === '') return name;
  }
  return undefined;
}
