/** Marks behind a letter: the combining character that each stands for, and the letters it may stand behind. */
const COMBINING: Readonly<Record<string, readonly [combining: string, letters: string]>> = {
  "'": ['\u0301', 'AEIOUYaeiouy'],
  '`': ['\u0300', 'AEIOUaeiou'],
  '^': ['\u0302', 'AEIOUaeiou'],
  '~': ['\u0303', 'ANOano'],
  ':': ['\u0308', 'AEIOUaeiouy'],
  '&': ['\u030A', 'Aa'],
  ',': ['\u0327', 'Cc'],
  _: ['\u0304', 'AEIOUaeiou'],
};

/** What does not decompose in Unicode. */
const OTHERS: Readonly<Record<string, string>> = {
  'AE&': 'Æ',
  'ae&': 'æ',
  'OE&': 'Œ',
  'oe&': 'œ',
  's&': 'ß',
  'O/': 'Ø',
  'o/': 'ø',
  '!@': '¡',
  '?@': '¿',
};

/**
 * Puts accented letters together that 青空文庫 takes apart within 〔…〕, and drops these brackets: 〔de'ja` vu〕 is déjà vu.
 * Brackets with anything else in them are the author's.
 *
 * @see https://www.aozora.gr.jp/accent_separation.html
 */
export function withAccents(text: string): string {
  return text.replace(/〔([\x20-\x7E]+)〕/gu, (bracketed, inside: string) => {
    const composed = inside.replace(/AE&|ae&|OE&|oe&|s&|[Oo]\/|[!?]@|[A-Za-z]['`^~:&,_]/gu, compose);
    return composed === inside ? bracketed : composed;
  });
}

/** A letter and its mark as one character; as they are where 青空文庫 has none, as in 〔Ko:ln, Bonn〕. */
function compose(pair: string): string {
  const [letter, mark] = [pair.charAt(0), pair.charAt(1)];
  const [combining, letters] = COMBINING[mark] ?? ['', ''];
  return OTHERS[pair] ?? (letters.includes(letter) ? `${letter}${combining}`.normalize('NFC') : pair);
}
