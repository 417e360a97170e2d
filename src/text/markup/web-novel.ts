import { KANJI_CLASS } from './kanji';
import type { RubyNotation } from './ruby';
import { withoutRuby } from './ruby';

/** A bar of either width. */
const BARS = '｜|';

/** Readings that なろう takes for ruby without being told: kana, at most ten. */
const KANA_READING = /^[ぁ-ゖァ-ヺーゝゞヽヾ・]{1,10}$/u;

const ANY_READING = /./u;

/**
 * 小説家になろう: ｜漢字《かんじ》, 漢字《かんじ》, ｜漢字(かんじ), 漢字(かんじ); parentheses of either width, around kana
 * only. A bar right before a bracket keeps it as it is.
 *
 * @see https://syosetu.com/man/ruby/
 */
const NAROU: RubyNotation = {
  bars: BARS,
  longestBase: 10,
  brackets: [
    { open: '《', close: '》', reading: ANY_READING },
    { open: '（', close: '）', reading: KANA_READING },
    { open: '(', close: ')', reading: KANA_READING },
  ],
  emphasis: false,
  escape: true,
};

/**
 * カクヨム: ｜漢字《かんじ》, 漢字《かんじ》, emphasis 《《…》》. A bar right before a bracket keeps it as it is.
 *
 * @see https://kakuyomu.jp/help/entry/notation
 */
const KAKUYOMU: RubyNotation = {
  bars: BARS,
  longestBase: 20,
  brackets: [{ open: '《', close: '》', reading: ANY_READING }],
  emphasis: true,
  escape: true,
};

/** Prose out of 小説家になろう's notation: bases without ruby. */
export function stripNarou(text: string): string {
  return withoutRuby(text, NAROU);
}

/** Prose out of カクヨム's notation: bases without ruby, emphasised words as plain ones. */
export function stripKakuyomu(text: string): string {
  return withoutRuby(text, KAKUYOMU);
}

const EMPHASIS = /《《[^《》\n]+》》/u;
const BAR_AND_PARENTHESES = /[｜|][^｜|（()）\n]{0,10}(?:（[ぁ-ゖァ-ヺー・]+）|\([ぁ-ゖァ-ヺー・]+\))/u;
const RUBY = new RegExp(`(?:[｜|][^｜|《》\\n]{0,20}|${KANJI_CLASS})《[^《》\\n]+》`, 'u');

/** Whether a text emphasises as カクヨム alone does. */
export function isKakuyomu(text: string): boolean {
  return EMPHASIS.test(text);
}

/**
 * Whether a text has ruby as なろう writes it. Parentheses behind kanji are no sign: in a plain text they are the
 * author's, and no more than 漢字（かんじ） tells the two apart.
 */
export function isNarou(text: string): boolean {
  return RUBY.test(text) || BAR_AND_PARENTHESES.test(text);
}
