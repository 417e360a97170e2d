import { KANJI_CLASS } from '../kanji';
import type { RubyNotation } from '../ruby';
import { withoutRuby } from '../ruby';
import { withAccents } from './accents';
import { withoutFrame } from './frame';
import { withoutNotes } from './notes';
import { revealMarks, UNKNOWN_GAIJI } from './placeholders';

const NOTATION: RubyNotation = {
  bars: '｜',
  longestBase: 100,
  brackets: [{ open: '《', close: '》', reading: /./u }],
  emphasis: false,
  escape: false,
};

/** Unknown 外字 that are all of a ruby's base, with the reading. */
const UNKNOWN_WITH_READING = new RegExp(`(?<!${KANJI_CLASS})｜?${UNKNOWN_GAIJI}+《([^《》\\n]+)》`, 'gu');

/**
 * Prose out of 青空文庫's notation: without notes, ruby and what stands before and after the work, with the characters
 * that notes describe, and repetition marks (／＼) as Unicode has them (〳〵).
 *
 * A character that Unicode lacks gives way to its reading where that is known and is left out otherwise: 〓 in its place
 * would be learnt. A bracket that a note describes (※［＃始め二重山括弧、1-1-52］) stays as the author's.
 *
 * @param text With lines that end in \n.
 * @see https://www.aozora.gr.jp/annotation/
 */
export function stripAozora(text: string): string {
  const known = withoutNotes(text).replace(UNKNOWN_WITH_READING, '$1').replaceAll(UNKNOWN_GAIJI, '');
  // What is around the work comes last: its lines are known by how they begin, and ruby may stand before that.
  const prose = withoutFrame(withAccents(withoutRuby(known, NOTATION)));
  return revealMarks(prose.replaceAll('／″＼', '〴〵').replaceAll('／＼', '〳〵'));
}

/** Whether a text is in 青空文庫's notation: ruby alone could be anyone's. */
export function isAozora(text: string): boolean {
  return (
    /［＃[^］\n]+］/u.test(text) || text.includes('【テキスト中に現れる記号について】') || withoutFrame(text) !== text
  );
}
