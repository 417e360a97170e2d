import { CLOSING_QUOTES, lastLine, OPENING_QUOTES, openQuotes } from '../../text/typography/brackets';

/**
 * Drops the end of a suggestion that the text after the cursor already says, such as the 」 that the editor closed: what would
 * stand behind that 」 too.
 */
export function dropSuffixOverlap(suggestion: string, restOfLine: string, before: string): string {
  const inside = CLOSING_QUOTES.includes(restOfLine.trimStart().charAt(0) || '-')
    ? suggestion.slice(0, endOfSpeech(suggestion, openQuotes(lastLine(before)).length))
    : suggestion;
  for (let length = Math.min(inside.length, restOfLine.length); length > 0; length--) {
    if (restOfLine.startsWith(inside.slice(-length))) return inside.slice(0, -length);
  }
  return inside;
}

/** Before the bracket that closes what stands open before a suggestion, the innermost of so many; its length for none. */
function endOfSpeech(suggestion: string, open: number): number {
  let depth = 1;
  for (let i = 0; open > 0 && i < suggestion.length; i++) {
    if (OPENING_QUOTES.includes(suggestion.charAt(i))) depth++;
    else if (CLOSING_QUOTES.includes(suggestion.charAt(i)) && --depth === 0) return i;
  }
  return suggestion.length;
}
