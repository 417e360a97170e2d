import { nextPart } from '../../text/phrases/next-part';
import { phraseBoundaries } from '../../text/phrases/phrase-boundaries';

/** What happened on one line of the text; characters are code points. */
export interface WrittenLine {
  characters: number;
  /** Suggestions that were shown: those that were not empty. */
  shown: number;
  /** Suggestions of which a 文節 at least was accepted. */
  accepted: number;
  /** 文節 accepted, a key press each. */
  accepts: number;
  acceptedCharacters: number;
}

/** The suggestions, the best first or in any order, that are shown where `before` has been written. */
export type SuggestionSource = (before: string) => Promise<readonly string[]>;

/**
 * Where the writer looks up, besides the beginning of each line: where a 文節 ends, or after each character, as the ghost
 * text of an editor comes.
 */
export type Looks = 'phrase' | 'character';

/**
 * Writes a text as somebody would who has it in mind, knows ghost text, and takes of it what is right. Wherever they look
 * up they see what is suggested; they accept by 文節, or what is left of one, as long as it equals the text, and otherwise
 * type on. A suggestion accepted to its end is followed by the next at once. Of several suggestions they take the one that
 * saves most.
 *
 * @returns A line for each line of the text; what is accepted counts where it begins.
 */
export async function simulateWriting(
  text: string,
  suggestionsAt: SuggestionSource,
  looks: Looks = 'phrase',
): Promise<readonly WrittenLine[]> {
  const stops = stopsOf(text, looks);
  const lines = text.split(/(?<=\n)/u).map((line) => ({ ...NOTHING_WRITTEN, characters: lengthOf(line) }));
  const starts = lineStarts(text);
  let line = 0;
  let at = 0;
  while (at < text.length) {
    while ((starts[line + 1] ?? Number.POSITIVE_INFINITY) <= at) line++;
    const before = text.slice(0, at);
    const suggestions = at === 0 ? [] : await suggestionsAt(before);
    const taken = suggestions.map((suggestion) => takenOf(before, suggestion, text)).sort(bySaving)[0];
    const tally = lines[line];
    if (taken !== undefined && tally !== undefined) {
      tally.shown++;
      tally.accepted += taken.accepts > 0 ? 1 : 0;
      tally.accepts += taken.accepts;
      tally.acceptedCharacters += lengthOf(text.slice(at, taken.end));
      at = taken.end;
      if (taken.whole) continue;
    }
    at = stops.find((stop) => stop > at) ?? text.length;
  }
  return lines;
}

const NOTHING_WRITTEN: WrittenLine = { characters: 0, shown: 0, accepted: 0, accepts: 0, acceptedCharacters: 0 };

interface Taken {
  readonly end: number;
  readonly accepts: number;
  readonly saved: number;
  /** Nothing of the suggestion is left. */
  readonly whole: boolean;
}

function takenOf(before: string, suggestion: string, text: string): Taken {
  let end = before.length;
  let accepts = 0;
  let rest = suggestion;
  while (rest !== '') {
    const part = nextPart('phrase', text.slice(0, end), rest);
    if (!text.startsWith(part, end)) break;
    end += part.length;
    accepts++;
    rest = rest.slice(part.length);
  }
  return { end, accepts, saved: lengthOf(text.slice(before.length, end)) - accepts, whole: rest === '' };
}

function bySaving(a: Taken, b: Taken): number {
  return b.saved - a.saved;
}

/** Where the writer looks up, ascending. */
function stopsOf(text: string, looks: Looks): readonly number[] {
  if (looks === 'character') return [...text.matchAll(/./gsu)].map(({ index }) => index);
  return [...new Set([...phraseBoundaries(text), ...lineStarts(text)])].sort((a, b) => a - b);
}

function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\n/gu)].map(({ index }) => index + 1).filter((index) => index < text.length)];
}

function lengthOf(text: string): number {
  return [...text].length;
}
