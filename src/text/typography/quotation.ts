import { CLOSING_OF, lastLine, openBrackets } from './brackets';

const QUOTES = '「『';

/**
 * Quotations inside quotations take the other bracket, 「…『…』…」, unless the document nests 「 in 「 itself; what closes has
 * the shape of what it closes.
 */
export function restoreQuotation(continuation: string, before: string): string {
  if (nestsAlike(before)) return continuation;
  const open = openBrackets(lastLine(before)).filter((bracket) => QUOTES.includes(bracket));
  let restored = '';
  for (const character of continuation) {
    if (character === '\n') open.length = 0;
    if (QUOTES.includes(character)) {
      const inner = open.at(-1) === '「' ? '『' : open.at(-1) === '『' ? '「' : character;
      open.push(inner);
      restored += inner;
    } else if ('」』'.includes(character)) {
      restored += CLOSING_OF.get(open.pop() ?? '') ?? character;
    } else {
      restored += character;
    }
  }
  return restored;
}

/** Whether a line of the document has 「…「…」…」. */
function nestsAlike(text: string): boolean {
  let depth = 0;
  let nested = false;
  for (const character of text) {
    if (character === '\n') depth = 0;
    else if (character === '「') depth++;
    else if (character === '」' && depth > 0) {
      depth--;
      if (depth === 0 && nested) return true;
      nested ||= depth === 1;
    }
    if (depth === 0) nested = false;
  }
  return false;
}
