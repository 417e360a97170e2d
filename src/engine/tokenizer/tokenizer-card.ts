import type { Tokenizer } from './tokenizer';

/** What comes out again of a character that goes in. */
export type Written =
  | { readonly kind: 'itself' }
  /** Another writing of it; empty where nothing is left. */
  | { readonly kind: 'as'; readonly text: string }
  /** `<unk>`, or what no text has. */
  | { readonly kind: 'unknown' };

/** How many characters of a script a tokenizer can write. */
export interface ScriptCoverage {
  readonly script: string;
  readonly writable: number;
  readonly of: number;
  /** The first ones that it cannot write. */
  readonly missing: string;
}

/** What a model can write and what it cannot, found out from its tokenizer alone. */
export interface TokenizerCard {
  /** How lines are kept apart: by a token of their own, by being segments, or not at all. */
  readonly lines: 'line feed' | 'segments' | 'none';
  /** By character: the marks of Japanese prose, one digit and one letter of each width. */
  readonly marks: Readonly<Record<string, Written>>;
  readonly scripts: readonly ScriptCoverage[];
}

/** White space, the marks that NFKC changes, those that have several forms, and what repeats a character. */
const MARKS = [...'\n 　！？…‥（）「」『』―—〜～・：々〆〇ゝAＡ1１'];

/** How many missing characters a card names. */
const NAMED = 20;

/**
 * Makes the card of a tokenizer: each character is encoded and decoded again, between two that every Japanese vocabulary
 * has, for at the ends of a text white space has a life of its own.
 */
export function tokenizerCard(tokenizer: Tokenizer): TokenizerCard {
  const marks = Object.fromEntries(MARKS.map((mark) => [mark, written(tokenizer, mark)]));
  const lines = tokenizer.lineBreak.length > 0 ? 'line feed' : tokenizer.marksLines ? 'segments' : 'none';
  return { lines, marks, scripts: scripts().map(([script, characters]) => coverage(tokenizer, script, characters)) };
}

/** The marks that a tokenizer cannot write: where the author has them, they are to be put back. */
export function unwritableMarks(tokenizer: Tokenizer): ReadonlySet<string> {
  return new Set(MARKS.filter((mark) => written(tokenizer, mark).kind !== 'itself'));
}

function written(tokenizer: Tokenizer, character: string): Written {
  const ids = tokenizer.encode(`の${character}の`);
  const { unk } = tokenizer.specialIds;
  if (unk !== undefined && ids.includes(unk)) return { kind: 'unknown' };
  const text = /^の(.*)の$/su.exec(tokenizer.decode(ids))?.[1];
  if (text === undefined || text.includes('\uFFFD')) return { kind: 'unknown' };
  return text === character ? { kind: 'itself' } : { kind: 'as', text };
}

function coverage(tokenizer: Tokenizer, script: string, characters: readonly string[]): ScriptCoverage {
  const missing = characters.filter((character) => written(tokenizer, character).kind !== 'itself');
  return {
    script,
    writable: characters.length - missing.length,
    of: characters.length,
    missing: missing.slice(0, NAMED).join(''),
  };
}

function scripts(): (readonly [string, readonly string[]])[] {
  const between = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));
  return [
    ['hiragana', between(0x3041, 0x3093)],
    ['katakana', between(0x30a1, 0x30f6)],
    ['kanji of JIS level 1', kanji(16, 47)],
    ['kanji of JIS level 2', kanji(48, 84)],
  ];
}

/** The kanji in some rows of JIS X 0208, which EUC-JP numbers by row and cell. */
function kanji(firstRow: number, lastRow: number): string[] {
  const cells: number[] = [];
  for (let row = firstRow; row <= lastRow; row++) {
    for (let cell = 1; cell <= 94; cell++) cells.push(0xa0 + row, 0xa0 + cell);
  }
  return [...new TextDecoder('euc-jp').decode(Uint8Array.from(cells))].filter((one) => /\p{Script=Han}/u.test(one));
}
