import { withoutNotes } from './aozora/notes';
import { revealMarks, UNKNOWN_GAIJI } from './aozora/placeholders';
import type { RubyNotation } from './ruby';
import { withoutRuby } from './ruby';

/** What 青空文庫 and the sites for novels have in common, as far as it stands inside a line. */
const NOTATION: RubyNotation = {
  bars: '｜|',
  longestBase: 100,
  brackets: [{ open: '《', close: '》', reading: /./u }],
  emphasis: true,
  escape: true,
};

/** A mark that is open at an index: a bar whose ruby is to come, a reading, an emphasis, a note. */
type Mark = 'bar' | 'ruby' | 'emphasis' | 'note';

/** What stands between a bar and its 《, and what never does. */
const BASE = '[^｜《》［］＃\\s、。，．！？!?「」『』]';
const OPEN_BAR = new RegExp(`｜${BASE}{0,100}$`, 'u');
const NO_BASE = new RegExp(`^(?!${BASE})`, 'u');
/** A reading or an emphasis that is longer was never meant to be one. */
const OPEN_READING = /《(《?)[^《》\n]{0,100}$/u;

/**
 * A line as it is read: the bases of ruby without their readings, emphasised words, no notes. A mark that the line does not
 * close is left as it stands.
 */
export function withoutInlineMarks(line: string): string {
  if (!/[《［]/u.test(line)) return line;
  return revealMarks(withoutRuby(withoutNotes(line).replaceAll(UNKNOWN_GAIJI, ''), NOTATION));
}

/** The mark that a line has begun and not closed at its end: ｜, ｜漢字, 漢字《かん, 《《強, ［＃「男」に. */
export function openMark(line: string): Mark | undefined {
  const note = line.lastIndexOf('［＃');
  if (note >= 0 && !line.includes('］', note)) return 'note';
  const reading = OPEN_READING.exec(line);
  if (reading !== null) return reading[1] === '' ? 'ruby' : 'emphasis';
  return OPEN_BAR.test(line) ? 'bar' : undefined;
}

/**
 * How much of a continuation has whole marks only: up to the mark that it does not write to its end, or that closes
 * nothing; 0 where it does not finish the one that the line before it has begun.
 *
 * @param line What stands before the continuation, from the last line feed on.
 */
export function wholeMarks(continuation: string, line: string): number {
  // A bracket that stands last may become a note yet.
  return continuation.slice(0, endOfWholeMarks(continuation, line)).replace(/［+$/u, '').length;
}

function endOfWholeMarks(continuation: string, line: string): number {
  let mark = line.endsWith('［') && continuation.startsWith('＃') ? 'note' : openMark(line);
  let start = 0;
  /** Where begins what the open mark encloses; −1 where some of that stands in the line. */
  let content = mark === undefined || /[｜《＃［]$/u.test(line) ? 0 : -1;
  for (let i = 0; i < continuation.length; i++) {
    const character = continuation.charAt(i);
    const next = continuation.charAt(i + 1);
    switch (mark) {
      case undefined:
        mark = beginning(character, next);
        start = i;
        content = i + (mark === 'emphasis' || mark === 'note' ? 2 : 1);
        if (character === '》') return i;
        if (mark === 'emphasis') i++;
        break;
      case 'bar':
        if (character === '《' && i > content) {
          mark = 'ruby';
          content = i + 1;
        } else if (NO_BASE.test(character)) {
          return start;
        }
        break;
      case 'ruby':
      case 'emphasis': {
        const closes = character === '》' && (mark === 'ruby' || next === '》');
        if (closes ? i <= content : '《》｜［\n'.includes(character)) return start;
        if (closes && mark === 'emphasis') i++;
        if (closes) mark = undefined;
        break;
      }
      case 'note':
        if (character === '\n') return start;
        if (character === '］') mark = undefined;
    }
  }
  return mark === undefined ? continuation.length : start;
}

function beginning(character: string, next: string): Mark | undefined {
  if (character === '｜') return 'bar';
  if (character === '《') return next === '《' ? 'emphasis' : 'ruby';
  return character === '［' && next === '＃' ? 'note' : undefined;
}
