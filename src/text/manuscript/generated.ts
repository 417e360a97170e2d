import { isJapanese } from '../japanese';

/** By what a text shows that a program wrote it. */
export type GeneratedSign = 'log' | 'long-line' | 'repeated-lines' | 'table';

/** Of fewer lines nothing is said: a poem may repeat itself. */
const MINIMUM_LINES = 20;

/** A paragraph of a novel has some hundred characters; this many on one line come from a program. */
const LONGEST_LINE = 5_000;

const DATE = '\\d{4}[-/.年]\\d{1,2}[-/.月]\\d{1,2}日?';
const TIME = '\\d{1,2}:\\d{2}(?::\\d{2})?';
const TIMESTAMP = new RegExp(`^[[(]?(?:${DATE}[ T,]{0,2})?${TIME}`, 'u');

/** What stands between the columns of a table; prose has 、 and ，. */
const SEPARATORS = ['\t', ',', '|', ';'];

/**
 * By what a text shows that a program wrote it; undefined for prose. Each sign is one that prose cannot have by chance:
 * half of the lines begin with a time, a line of thousands of characters is mostly not Japanese, half of the text
 * stands in lines that were there before, or four lines in five have the same number of commas or tabs, two or more.
 */
export function generatedSign(text: string): GeneratedSign | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.some((line) => line.length > LONGEST_LINE && !isMostlyJapanese(line))) return 'long-line';
  if (lines.length < MINIMUM_LINES) return undefined;
  if (lines.filter((line) => TIMESTAMP.test(line)).length * 2 > lines.length) return 'log';
  if (repeatedCharacters(lines) * 2 > lines.join('').length) return 'repeated-lines';
  if (SEPARATORS.some((separator) => isTable(lines, separator))) return 'table';
  return undefined;
}

function isMostlyJapanese(line: string): boolean {
  return isJapanese(line) && (line.match(/\p{ASCII}/gu)?.length ?? 0) * 2 < line.length;
}

/** By characters, as the short lines of a dialogue (「はい」) do come again. */
function repeatedCharacters(lines: readonly string[]): number {
  const seen = new Set<string>();
  let repeated = 0;
  for (const line of lines) {
    if (seen.has(line)) repeated += line.length;
    seen.add(line);
  }
  return repeated;
}

function isTable(lines: readonly string[], separator: string): boolean {
  const withColumns = new Map<number, number>();
  for (const line of lines) {
    const columns = line.split(separator).length;
    withColumns.set(columns, (withColumns.get(columns) ?? 0) + 1);
  }
  return [...withColumns].some(([columns, count]) => columns > 2 && count >= lines.length * 0.8);
}
