/** Brackets of Japanese prose, each opening one with what closes it. */
export const CLOSING_OF: ReadonlyMap<string, string> = new Map(
  ['「」', '『』', '（）', '()', '〈〉', '《》', '【】', '〔〕', '［］', '〝〟', '“”', '‘’'].map(
    ([open = '', close = '']) => [open, close],
  ),
);
export const OPENING = [...CLOSING_OF.keys()].join('');
export const CLOSING = [...CLOSING_OF.values()].join('');
/** Those of speech. */
export const OPENING_QUOTES = '「『';
export const CLOSING_QUOTES = '」』';

/** Characters of a line that are looked at: who has not closed a bracket by then has forgotten it. */
const LONGEST_LINE = 2000;

/** The line that a text ends in; the end of it, if it is very long. */
export function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1).slice(-LONGEST_LINE);
}

/** The brackets that a text opens and does not close, outermost first. What closes nothing counts for nothing. */
export function openBrackets(text: string): string[] {
  const open: string[] = [];
  for (const character of text) {
    if (CLOSING_OF.has(character)) open.push(character);
    else if (CLOSING.includes(character)) {
      const at = open.findLastIndex((one) => CLOSING_OF.get(one) === character);
      if (at >= 0) open.length = at;
    }
  }
  return open;
}

/** Those of {@link openBrackets} that are of speech. */
export function openQuotes(text: string): string[] {
  return openBrackets(text).filter((bracket) => OPENING_QUOTES.includes(bracket));
}
