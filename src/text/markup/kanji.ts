/** Marks that stand among kanji and are read with them: 年々, 〆切, 三ヶ月, 〇一. */
const READ_WITH_KANJI = '々仝〆〇ヶ';

/** One kanji of a ruby's base, as a class of characters for regular expressions. */
export const KANJI_CLASS = `[\\p{Script=Han}${READ_WITH_KANJI}]`;
