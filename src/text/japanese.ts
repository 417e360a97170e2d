const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}々〆ー、。「」『』]/gu;

/** Share of Japanese characters, white space apart, from which a text counts as Japanese. */
const MINIMUM_SHARE = 0.3;

/**
 * Whether a text is Japanese: it has kana (Chinese has none) and a good part of it is Japanese characters, so that a
 * Markdown document with links and code still counts.
 */
export function isJapanese(text: string): boolean {
  const visible = text.replace(/\s/gu, '');
  if (visible === '' || !KANA.test(visible)) return false;
  return (visible.match(JAPANESE)?.length ?? 0) / [...visible].length >= MINIMUM_SHARE;
}

/**
 * Whether nothing but closing brackets, ends of sentences and white space follows: where editors close brackets, or only the
 * end of a sentence is written anew, a line ends before them.
 */
export function isLineEnd(restOfLine: string): boolean {
  return /^[」』）】》〉］〕｝)\]}"”’'。．！？…―\s]*$/u.test(restOfLine);
}
