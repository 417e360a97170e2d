import { JIS_X_0213 } from './jisx0213-table';

/**
 * The character that a note on 外字 describes: `「木＋戈」、U+233FE、148-3` or `「てへん＋劣」、第3水準1-84-77`.
 *
 * @param note What stands between ※［＃ and ］.
 * @returns undefined where the note names no code, as Unicode lacked the character.
 * @see https://www.aozora.gr.jp/annotation/external_character.html
 */
export function gaijiOfNote(note: string): string | undefined {
  // The description may quote anything; the code comes after it.
  const code = note.slice(note.lastIndexOf('」') + 1);
  const unicode = /U\+([0-9A-F]{4,6})/iu.exec(code)?.[1];
  if (unicode !== undefined) return characterAt(Number.parseInt(unicode, 16));
  const [, plane, row, cell] = /(?:^|[^\d-])([12])-(\d{1,2})-(\d{1,2})$/u.exec(code) ?? [];
  return plane === undefined ? undefined : jisX0213(plane === '1' ? 1 : 2, Number(row), Number(cell));
}

function characterAt(code: number): string | undefined {
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code > 0x10ffff || isSurrogate ? undefined : String.fromCodePoint(code);
}

function jisX0213(plane: 1 | 2, row: number, cell: number): string | undefined {
  const character = JIS_X_0213[plane][row - 1]?.split(' ')[cell - 1];
  return character === '' ? undefined : character;
}
