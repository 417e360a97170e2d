/** A part of a text, from the character at `start` to that before `end`, and what comes in its place. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** Stands where something was taken out, while lines are judged; a noncharacter, which no text holds. */
const REMOVED = '\uFDD0';

/**
 * A text with parts replaced. A line of which nothing but white space is left goes too, together with the blank lines
 * behind it where blank lines stand before it already, so that a paragraph break stays as wide as it was.
 *
 * @param replacements In order and apart from one another.
 */
export function withReplacements(text: string, replacements: readonly Replacement[]): string {
  if (replacements.length === 0) return text;
  let marked = '';
  let position = 0;
  for (const { start, end, by } of replacements) {
    marked += text.slice(position, start) + REMOVED + by.replaceAll('\n', `\n${REMOVED}`);
    position = end;
  }
  return withoutEmptiedLines((marked + text.slice(position)).split('\n')).join('\n');
}

function withoutEmptiedLines(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let afterEmptied = false;
  for (const line of lines) {
    const rest = line.replaceAll(REMOVED, '');
    const isBlank = rest.trim() === '';
    const isDouble = isBlank && afterEmptied && (kept.at(-1) ?? '').trim() === '';
    if (isBlank && rest !== line) afterEmptied = true;
    else if (!isDouble) kept.push(rest);
    if (!isBlank) afterEmptied = false;
  }
  return kept;
}
