import { KANJI_CLASS } from './kanji';

/** How a notation writes ruby. */
export interface RubyNotation {
  /** Marks before a base that is more, or other, than a run of kanji. */
  readonly bars: string;
  /** The longest base, in characters, that a bar begins. */
  readonly longestBase: number;
  readonly brackets: readonly RubyBrackets[];
  /** Whether 《《…》》 emphasises. */
  readonly emphasis: boolean;
  /** Whether a bar right before a bracket says that it is a bracket and no ruby. */
  readonly escape: boolean;
}

interface RubyBrackets {
  readonly open: string;
  readonly close: string;
  /** What may stand between them. */
  readonly reading: RegExp;
}

const ENDS_IN_KANJI = new RegExp(`${KANJI_CLASS}$`, 'u');

/**
 * Takes out ruby and keeps its base. Brackets are ruby after a bar with a base or right after kanji; anywhere else they
 * are the author's own.
 *
 * Doing it twice changes nothing more, as every bracket is judged by what is left before it; but for a bracket that a
 * bar kept from being ruby: without the bar it reads like one.
 */
export function withoutRuby(text: string, notation: RubyNotation): string {
  const lines = text.split('\n');
  return lines.map((line) => lineWithoutRuby(line, notation)).join('\n');
}

function lineWithoutRuby(line: string, notation: RubyNotation): string {
  let rest = '';
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    const brackets = notation.brackets.find(({ close }) => close === character);
    const start = brackets === undefined ? -1 : openBracket(rest, brackets);
    if (brackets === undefined || start < 0) {
      rest += character;
      continue;
    }
    const before = rest.slice(0, start);
    const inside = rest.slice(start + 1);
    if (notation.emphasis && character === '》' && before.endsWith('《') && line.charAt(i + 1) === '》') {
      rest = before.slice(0, -1) + inside;
      i++;
    } else if (notation.escape && before !== '' && notation.bars.includes(before.slice(-1))) {
      rest = before.slice(0, -1) + rest.slice(start) + character;
    } else {
      const base = brackets.reading.test(inside) ? baseAtTheEnd(before, notation) : undefined;
      rest = base ?? rest + character;
    }
  }
  return rest;
}

/** Where the bracket opens that the next character closes; -1 for none, or when nothing is in between. */
function openBracket(rest: string, { open, close }: RubyBrackets): number {
  const start = rest.lastIndexOf(open);
  return start > rest.lastIndexOf(close) && start < rest.length - 1 ? start : -1;
}

/** The text without the bar of the base that it ends in; undefined when it ends in none. */
function baseAtTheEnd(before: string, { bars, longestBase }: RubyNotation): string | undefined {
  const bar = Math.max(...[...bars].map((mark) => before.lastIndexOf(mark)));
  const base = before.slice(bar + 1);
  if (bar >= 0 && base !== '' && base.length <= longestBase && !/[《》［］＃]/u.test(base)) {
    return before.slice(0, bar) + base;
  }
  return ENDS_IN_KANJI.test(before) ? before : undefined;
}
