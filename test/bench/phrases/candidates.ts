import { jaModel, Parser } from 'budoux';
import { phraseBoundaries } from '../../../src/text/phrases/phrase-boundaries';

/** A way of finding 文節: the indices (UTF-16 units) at which one begins, beginning and end of the text left out. */
export interface Candidate {
  readonly name: string;
  boundaries(text: string): readonly number[];
}

/** What VS Code takes for a word where the language says nothing: everything up to white space or one of these marks. */
const EDITOR_WORD = /(-?\d*\.\d\w*)|([^`~!@#%^&*()\-=+[{\]}\\|;:'",.<>/?\s]+)/g;

const words = new Intl.Segmenter('ja', { granularity: 'word' });
const budoux = new Parser(jaModel);

export const CANDIDATES: readonly Candidate[] = [
  { name: "VS Code's default word", boundaries: editorWords },
  { name: '`Intl.Segmenter`', boundaries: segmenterWords },
  { name: '`Intl.Segmenter` + rules', boundaries: mergedWords },
  { name: 'BudouX', boundaries: (text) => budoux.parseBoundaries(text) },
  { name: 'BudouX + rules = `phraseBoundaries`', boundaries: phraseBoundaries },
];

function editorWords(text: string): number[] {
  const ends = [...text.matchAll(EDITOR_WORD)].flatMap(({ index, 0: word }) => [index, index + word.length]);
  return [...new Set(ends)].filter((index) => index > 0 && index < text.length);
}

function segmenterWords(text: string): number[] {
  return [...words.segment(text)].map(({ index }) => index).filter((index) => index > 0);
}

/** Words written in kana that can stand alone, of those that prose uses most. */
const ALONE =
  /^(?:この|その|あの|どの|こんな|そんな|あんな|どんな|これ|それ|あれ|どれ|ここ|そこ|あそこ|どこ|こちら|そちら|わたし|わたくし|あなた|ぼく|ぼくら|おれ|もう|まだ|また|ただ|よく|すぐ|ずっと|やがて|いつも|いつ|とても|すこし|まるで|たとえ|もし|なぜ|どう|そう|こう|ああ|そして|しかし|だから|でも|いや|いいえ|こと|もの|とき|ところ|はず|わけ|まま|ころ|あと|ため|ない|なる|なっ|なり|する|できる|でき|ある|あっ|いる|わかっ|わから|ゆっくり|ひどく|ふと|きっと|ほんの)$/u;
const MARKS = /^[\p{P}\p{S}\s]+$/u;
const OPENING = /^[「『（(〈《【〔［〝“‘｜]$/u;

/** Joins words to 文節: one of kana alone, if it is not in the list, belongs to the word before it. */
function mergedWords(text: string): number[] {
  const boundaries: number[] = [];
  let last = '';
  for (const { segment, index } of words.segment(text)) {
    const begins =
      OPENING.test(segment) || (!MARKS.test(segment) && (!/^\p{sc=Hiragana}+$/u.test(segment) || ALONE.test(segment)));
    const joined = /\p{sc=Han}$/u.test(last) && /^\p{sc=Han}/u.test(segment);
    if (index > 0 && begins && !joined && !OPENING.test(last)) boundaries.push(index);
    last = segment;
  }
  return boundaries;
}
