import type { Replacement } from '../replacements';
import { withReplacements } from '../replacements';
import { ARGUMENTS, CHARACTERS, NO_PROSE } from './commands';

/** Where a mark may begin. */
const MARK = /[\\%{}$~]|``|''|--/gu;

const OPTIONS = '(?:\\[[^\\[\\]\\n]*\\])*';

/** Options between two arguments: \newcommand{\x}[1]{…}. */
const OPTIONS_ALONE = new RegExp(OPTIONS, 'uy');

/** What is taken out, the first that matches, and what comes in its place. All are sticky. */
const RULES: readonly (readonly [pattern: RegExp, by: string])[] = [
  [/%[^\n]*/uy, ''],
  // Mathematics; no formula within $ goes beyond a paragraph.
  [/\$\$[^$]*\$\$|\$(?:[^$\n]|\n(?![ \t]*\n))*\$|\$|\\\([\s\S]*?\\\)|\\\[[\s\S]*?\\\]/uy, ''],
  // A line break; where the line ends too, it is one and the same.
  [/\\\\\*?(?:\[[^[\]\n]*\])?[ \t]*(?=\n|$)/uy, ''],
  [/\\\\\*?(?:\[[^[\]\n]*\])?[ \t]*/uy, '\n'],
  [new RegExp(`\\\\begin\\{(${NO_PROSE.replaceAll(' ', '|')})(\\*?)\\}[\\s\\S]*?(?:\\\\end\\{\\1\\2\\}|$)`, 'uy'), ''],
  [new RegExp(`\\\\begin\\s*\\{[^{}\\n]*\\}${OPTIONS}(?:\\{[^{}\\n]*\\})*`, 'uy'), ''],
  [/\\end\s*\{[^{}\n]*\}/uy, ''],
  [/~/uy, ' '],
  [/``/uy, '“'],
  [/''/uy, '”'],
  [/---/uy, '—'],
  [/--/uy, '–'],
  [/[{}]/uy, ''],
];

/** A character by its code point, from the package otf: \UTF{9DD7} is 鷗. */
const CODE_POINT = /\\UTF\{(10[0-9A-F]{4}|[0-9A-F]{4,5})\}/iuy;

/** A definition up to its group. */
const DEFINITION = /\\[gex]?def\s*\\[A-Za-z@]+[^{\n]*/uy;

/** A command with its options: letters, or a single other character. */
const COMMAND = new RegExp(`\\\\(?:([A-Za-z@]+)\\*?[ \\t]*${OPTIONS}|([^A-Za-z@]?))`, 'uy');

/**
 * Prose out of LaTeX: without preamble, comments, commands, mathematics, figures and tables; ruby keeps its base, and
 * an unknown command the text in its braces. Lines stay as they were typed.
 *
 * A manuscript is read here and not a program: no macro is expanded, and what is unbalanced ends with the text.
 *
 * @param text With lines that end in \n.
 */
export function stripLatex(text: string): string {
  const body = bodyOf(text);
  return withReplacements(body, replacements(body));
}

/** From behind \begin{document} and its line end to \end{document}; all of a file that others include. */
function bodyOf(text: string): string {
  const begin = /^[^%\n]*\\begin\{document\}[ \t]*\n?/mu.exec(text);
  const start = begin === null ? 0 : begin.index + begin[0].length;
  const end = text.indexOf('\\end{document}', start);
  return text.slice(start, end < 0 ? undefined : end);
}

function replacements(text: string): Replacement[] {
  const found: Replacement[] = [];
  /** Arguments to drop, begin to end, that the scan has yet to reach. */
  const dropped = new Map<number, number>();
  let position = 0;
  for (;;) {
    MARK.lastIndex = position;
    const start = MARK.exec(text)?.index;
    if (start === undefined) return found;
    const { end, by } = partAt(text, start, dropped);
    found.push({ start, end, by });
    position = end;
  }
}

function partAt(text: string, start: number, dropped: Map<number, number>): { end: number; by: string } {
  const endOfDropped = dropped.get(start);
  if (endOfDropped !== undefined) return { end: endOfDropped, by: '' };
  for (const [pattern, by] of RULES) {
    const match = matchAt(pattern, text, start);
    if (match !== undefined) return { end: start + match[0].length, by };
  }
  const codePoint = matchAt(CODE_POINT, text, start);
  if (codePoint !== undefined) {
    return { end: start + codePoint[0].length, by: String.fromCodePoint(Number.parseInt(codePoint[1] ?? '', 16)) };
  }
  const definition = matchAt(DEFINITION, text, start)?.[0];
  const [command = '\\', word = '', symbol = ''] = matchAt(COMMAND, text, start) ?? [];
  const end = start + (definition ?? command).length;
  dropArguments(text, end, definition === undefined ? (ARGUMENTS.get(word) ?? '') : 'd', dropped);
  return { end, by: CHARACTERS.get(word === '' ? symbol : word) ?? '' };
}

/** Notes which of the arguments that begin here go: braces that stay are marks of their own. */
function dropArguments(text: string, start: number, fates: string, dropped: Map<number, number>): void {
  let position = start;
  for (const [i, fate] of [...fates].entries()) {
    const argument = endOfArgument(text, position);
    if (argument === undefined) return;
    const isLast = i === fates.length - 1;
    const end = isLast ? argument : argument + (matchAt(OPTIONS_ALONE, text, argument)?.[0].length ?? 0);
    if (fate === 'd') dropped.set(position, end);
    position = end;
  }
}

/** The end of a group in braces, or of a command in place of one (\setlength\parindent{1em}). */
function endOfArgument(text: string, start: number): number | undefined {
  const command = matchAt(/\\[A-Za-z@]+/uy, text, start)?.[0];
  if (command !== undefined) return start + command.length;
  if (text[start] !== '{') return undefined;
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (character === '\\') i++;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i + 1;
  }
  return undefined;
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text) ?? undefined;
}
