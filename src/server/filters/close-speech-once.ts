import { CLOSING_OF, CLOSING_QUOTES, lastLine, OPENING_QUOTES, openQuotes } from '../../text/typography/brackets';

const SENTENCE_END = /[。！？!?]$/u;

/**
 * A line of speech is finished and closed once. When a new line or a new speech begins inside one that is still open, the
 * suggestion ends there, and closes what is open; what closes nothing is dropped, with all that follows a speech which
 * nobody began.
 */
export function closeSpeechOnce(suggestion: string, before: string): string {
  const line = lastLine(before);
  const open = openQuotes(line);
  let kept = '';
  for (const character of suggestion) {
    const soFar = line + kept;
    if (open.length > 0 && (character === '\n' || (OPENING_QUOTES.includes(character) && SENTENCE_END.test(soFar)))) {
      return kept.trimEnd() + closersOf(open);
    }
    if (OPENING_QUOTES.includes(character)) {
      open.push(character);
    } else if (CLOSING_QUOTES.includes(character) && open.pop() === undefined) {
      if (CLOSING_QUOTES.includes(soFar.at(-1) ?? '')) continue;
      return kept;
    }
    kept += character;
  }
  return kept;
}

function closersOf(open: readonly string[]): string {
  return open.map((bracket) => CLOSING_OF.get(bracket) ?? '').reduceRight((closers, one) => closers + one, '');
}
