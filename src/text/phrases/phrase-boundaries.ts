import { jaModel, Parser } from 'budoux';

const parser = new Parser(jaModel);

/** Ruby as 青空文庫 and the sites for novels write it: the reading in 《》, ｜ before a base that is not plain. */
const RUBY = /《[^《》\n]*》|｜(?=[^《》｜\n]+《)/gu;

const OPENING = '「『（(〈《【〔［〝“‘';
const DASHES = '…‥―—─';
/** What never begins a 文節: marks that close or separate, repeat or lengthen, and white space. */
const NEVER_FIRST = `、。，．！？!?${DASHES}ー～〜」』）)〉》】〕］〟”’・：；々ゝゞヽヾ \t　`;

/** Stems of common adjectives of one character. */
const STEM = '[低高長短古遠近若白黒赤青深浅暗強弱早速広狭重軽太丸熱暑寒甘辛苦固硬厚薄鋭鈍淡濃]';
/** Where a 文節 ends whatever BudouX says; the end of each match. */
const ENDS: readonly RegExp[] = [
  /\s+/gu,
  new RegExp(`[${DASHES}]+`, 'gu'),
  // BudouX takes some adjectives before their nouns for compounds. 思い出 and 使い方 are, 低い声 is not.
  new RegExp(`${STEM}い(?=[\\p{sc=Han}\\p{sc=Katakana}])`, 'gu'),
  // 強くなる, but neither なくなる nor 泣くなって.
  new RegExp(`(?:${STEM}|し)く(?=な(?:っ|り|る|ろう))`, 'gu'),
  /(?<=^|[、。！？「『…―—\s])(?:(?:そん|こん|あん|どん)な(?![にのら])|もし(?=[\p{sc=Han}\p{sc=Katakana}]))/gu,
];

/** What belongs to the 文節 behind it: indentation, a new line with it, dashes that begin a sentence. */
const BEGINS = new RegExp(`^\\s+|\\s*\\n\\s*|(?<=^|[\\n　。！？!?${OPENING}])[${DASHES}]+`, 'gu');

/**
 * Where the 文節 of a text meet: the indices (UTF-16 units) at which one begins, ascending, beginning and end of the text
 * left out. BudouX decides inside plain prose; the marks of a manuscript, which it has not learnt, are ruled here.
 * docs/measurements.md has how well that goes.
 */
export function phraseBoundaries(text: string): number[] {
  const { plain, offsets } = withoutRuby(text);
  const boundaries = new Set(parser.parseBoundaries(plain));
  for (const pattern of ENDS) {
    for (const { index, 0: match } of plain.matchAll(pattern)) boundaries.add(index + match.length);
  }
  for (const index of boundaries) if (!mayMeet(plain, index)) boundaries.delete(index);
  for (const { index, 0: match } of plain.matchAll(BEGINS)) {
    for (let within = 1; within <= match.length; within++) boundaries.delete(index + within);
    if (!OPENING.includes(plain[index - 1] ?? '')) boundaries.add(index);
  }
  return [...boundaries]
    .map((index) => offsets[index] ?? text.length)
    .filter((index) => index > 0 && index < text.length)
    .sort((a, b) => a - b);
}

/** Whether a 文節 may begin at an index, as far as the characters beside it say. */
function mayMeet(text: string, index: number): boolean {
  const last = text[index - 1] ?? '';
  const first = text[index] ?? '';
  return !OPENING.includes(last) && !NEVER_FIRST.includes(first) && !/[\uDC00-\uDFFF]/.test(first);
}

/** The text as it is read, and for each of its indices the index in the text as it is written. */
function withoutRuby(text: string): { readonly plain: string; readonly offsets: readonly number[] } {
  let plain = '';
  const offsets: number[] = [];
  const keep = (from: number, to: number) => {
    // A ｜ that was left out belongs to the word behind it.
    for (let i = from; i < to; i++) offsets.push(i === from && text[i - 1] === '｜' ? i - 1 : i);
    plain += text.slice(from, to);
  };
  let end = 0;
  for (const { index, 0: mark } of text.matchAll(RUBY)) {
    keep(end, index);
    end = index + mark.length;
  }
  keep(end, text.length);
  return { plain, offsets };
}
