import { CLOSING, CLOSING_OF, lastLine, OPENING, openBrackets } from './brackets';

/** Marks that go on from a word: they begin no line and follow no mark. */
const CONTINUING = '、。，．ー々ゝゞヽヾ';
const AFTER_MARK = new RegExp(`(?:^|[、。，．！？!?\\s${OPENING}])$`, 'u');

/** What a continuation ends in that has opened something and not written it. */
const NOTHING_WRITTEN = new RegExp(`[${OPENING}｜\\s]`, 'u');

/**
 * 禁則 at both ends of a continuation: it does not begin with a mark or a closing bracket that fits nothing before it, and
 * does not end with an opening bracket, whose content nobody has written yet.
 */
export function keepKinsoku(continuation: string, before: string): string {
  const line = lastLine(before);
  const open = openBrackets(line);
  let start = 0;
  for (; start < continuation.length; start++) {
    const character = continuation.charAt(start);
    const fits = CLOSING.includes(character)
      ? CLOSING_OF.get(open.at(-1) ?? '') === character
      : !CONTINUING.includes(character) || !AFTER_MARK.test(line);
    if (fits) break;
  }
  let end = continuation.length;
  for (let at = end; at > start && NOTHING_WRITTEN.test(continuation.charAt(at - 1)); at--) {
    if (!/\s/u.test(continuation.charAt(at - 1))) end = at - 1;
  }
  const kept = continuation.slice(start, end);
  return end < continuation.length ? kept.trimEnd() : kept;
}
