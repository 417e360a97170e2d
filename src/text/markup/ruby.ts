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

/** What is longer between brackets is neither a reading nor emphasised. */
const LONGEST_IN_BRACKETS = 500;

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
  if (!notation.brackets.some(({ close }) => line.includes(close))) return line;
  // UTF-16 units of what is left so far, as each bracket changes its end only.
  const rest: string[] = [];
  for (let i = 0; i < line.length; i++) {
    const unit = line.charAt(i);
    const brackets = notation.brackets.find(({ close }) => close === unit);
    const start = brackets === undefined ? undefined : openBracket(rest, brackets);
    if (brackets === undefined || start === undefined) {
      rest.push(unit);
      continue;
    }
    switch (roleOf(brackets, rest, start, line.charAt(i + 1), notation)) {
      case 'emphasis':
        rest.splice(start - 1, 2);
        i++;
        break;
      case 'escaped':
        rest.splice(start - 1, 1);
        rest.push(unit);
        break;
      case 'ruby':
        rest.length = start;
        dropBar(rest, notation);
        break;
      case 'own':
        rest.push(unit);
    }
  }
  return rest.join('');
}

/** What brackets are that open at `start` and close now, before the unit `next`; `own` are the author's. */
function roleOf(
  { close, reading }: RubyBrackets,
  rest: readonly string[],
  start: number,
  next: string,
  notation: RubyNotation,
): 'emphasis' | 'escaped' | 'ruby' | 'own' {
  const before = rest[start - 1];
  if (notation.emphasis && close === '》' && before === '《' && next === '》') return 'emphasis';
  if (notation.escape && before !== undefined && notation.bars.includes(before)) return 'escaped';
  if (!reading.test(rest.slice(start + 1).join(''))) return 'own';
  const isOnKanji = ENDS_IN_KANJI.test(rest.slice(Math.max(0, start - 2), start).join(''));
  return isOnKanji || barBefore(rest, start, notation) !== undefined ? 'ruby' : 'own';
}

/** Where the bracket opens that the next unit closes; undefined for none, or when nothing is in between. */
function openBracket(rest: readonly string[], { open, close }: RubyBrackets): number | undefined {
  const last = rest.length - 1;
  for (let i = last; i >= 0 && i >= last - LONGEST_IN_BRACKETS; i--) {
    if (rest[i] === close) return undefined;
    if (rest[i] === open) return i === last ? undefined : i;
  }
  return undefined;
}

function dropBar(rest: string[], notation: RubyNotation): void {
  const bar = barBefore(rest, rest.length, notation);
  if (bar !== undefined) rest.splice(bar, 1);
}

/** Where the bar stands of the base that ends before `end`. */
function barBefore(rest: readonly string[], end: number, { bars, longestBase }: RubyNotation): number | undefined {
  for (let i = end - 1; i >= 0 && i >= end - 1 - longestBase; i--) {
    const unit = rest[i] ?? '';
    if (bars.includes(unit)) return i === end - 1 ? undefined : i;
    if ('《》［］＃'.includes(unit)) return undefined;
  }
  return undefined;
}
