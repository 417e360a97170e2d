import { CLOSING_QUOTES, lastLine, OPENING_QUOTES, openQuotes } from '../typography/brackets';
import { phraseBoundaries } from './phrase-boundaries';
import { sentenceBoundaries } from './sentence-boundaries';

/** How long a suggestion is to be; `none` leaves its end to the model. */
type Length = 'phrase' | 'sentence' | 'paragraph' | 'none';

/** Where the generation of a suggestion stops: at an end of a line, or where `endOf` says. */
export interface StopRule {
  readonly stopAt: 'sentence' | 'paragraph' | 'none';
  readonly endOf?: (suggestion: string) => number;
}

/** How a suggestion of a length is to be generated. */
export function stopRule(length: Length, before: string): StopRule {
  if (length === 'paragraph' || length === 'none') return { stopAt: length };
  return { stopAt: 'sentence', endOf: suggestionEnd(length, before) };
}

const SENTENCE_ENDERS = '。！？!?';
const CLAUSE_ENDERS = '、，,';
const CLOSERS = '」』）)〉》】〕”’"';

/** What a text ends in that is whole as it stands, however it goes on. */
const WHOLE = /[、。，．！？!?」』）…―]$/u;

/** Characters before the cursor that may say where a 文節 of the suggestion ends. */
const CONTEXT = 60;

/**
 * Where a suggestion ends that is to be a phrase (to the next 、 at most) or a sentence. A sentence within 「」 is no end of
 * its own: a line of speech that the suggestion has begun is closed first; and one that the writer has begun is the end,
 * once it is closed.
 *
 * @returns A function of the suggestion as it grows, as `GenerateOptions.endOf` is one: −1 while it goes on.
 */
export function suggestionEnd(length: 'phrase' | 'sentence', before: string): (suggestion: string) => number {
  const begun = openQuotes(lastLine(before)).length;
  return (suggestion) => {
    let depth = begun;
    for (let i = 0; i < suggestion.length; i++) {
      const character = suggestion.charAt(i);
      if (OPENING_QUOTES.includes(character)) depth++;
      if (CLOSING_QUOTES.includes(character) && depth > 0 && --depth === 0 && begun > 0) return i + 1;
      if (length === 'phrase' && CLAUSE_ENDERS.includes(character)) return i + 1;
      // 「行こう。」 ends a sentence where its bracket closes.
      const closed = CLOSING_QUOTES.includes(character) && SENTENCE_ENDERS.includes(suggestion.charAt(i - 1));
      const ends = SENTENCE_ENDERS.includes(character) || (closed && i > 0);
      if (ends && (depth === 0 || length === 'phrase')) return pastMarks(suggestion, i + 1, depth);
    }
    return -1;
  };
}

/** Behind the marks and brackets that belong to the end of a sentence; of brackets of speech, those that are open. */
function pastMarks(text: string, from: number, open: number): number {
  let depth = open;
  for (let i = from; i < text.length; i++) {
    const character = text.charAt(i);
    const closes = CLOSING_QUOTES.includes(character) ? depth-- > 0 : CLOSERS.includes(character);
    if (!closes && !SENTENCE_ENDERS.includes(character)) return i;
  }
  return text.length;
}

/**
 * A suggestion that the limit of its tokens has cut: a paragraph ends with its last whole sentence, if there is one, all
 * else with the last whole 文節. Nothing may be left.
 */
export function withoutCutEnd(suggestion: string, before: string, length: Length): string {
  const text = suggestion.replace(/\uFFFD+$/u, '');
  if (WHOLE.test(text)) return text;
  const context = lastLine(before).slice(-CONTEXT);
  const lastOf = (boundaries: readonly number[]) => (boundaries.at(-1) ?? 0) - context.length;
  const sentence = length === 'paragraph' ? lastOf(sentenceBoundaries(context + text)) : 0;
  const end = sentence > 0 ? sentence : lastOf(phraseBoundaries(context + text));
  return text.slice(0, Math.max(0, end));
}
