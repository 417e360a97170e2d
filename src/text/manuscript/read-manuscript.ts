import { decodeText } from '../encoding/decode-text';
import { isJapanese } from '../japanese';
import { stripMarkup } from '../markup/markup';
import { generatedSign } from './generated';
import type { LeftOut, LeftOutReason, ManuscriptFile, Prose } from './manuscript';

/** A memo of a line or two teaches no style. */
const MINIMUM_CHARACTERS = 100;

/** The text of a file, whatever it may be worth; left out only where it has none. */
export function readText({ path, bytes, encoding, modified }: ManuscriptFile): Prose | LeftOut {
  const leftOut = (reason: LeftOutReason): LeftOut => ({ kind: 'left-out', path, reason });
  const decoded = decodeText(bytes, encoding);
  if (decoded.kind !== 'text') return leftOut(decoded);

  const { text, markup } = stripMarkup(path, withLineFeeds(decoded.text));
  const characters = charactersIn(text);
  if (characters === 0) return leftOut({ kind: 'empty' });
  const when = modified === undefined ? {} : { modified };
  return { kind: 'prose', path, text, encoding: decoded.encoding, markup, characters, ...when };
}

/** Why a text is better not learnt from; undefined for Japanese prose. */
export function reasonAgainst({ text, characters }: Prose): LeftOutReason | undefined {
  if (!isJapanese(text)) return { kind: 'not-japanese' };
  if (characters < MINIMUM_CHARACTERS) return { kind: 'too-short', characters, minimum: MINIMUM_CHARACTERS };
  const sign = generatedSign(text);
  return sign === undefined ? undefined : { kind: 'generated', sign };
}

/** Line ends of Windows and of old Macs as \n, and without the ^Z that DOS put at the end of a file. */
function withLineFeeds(text: string): string {
  const withoutEnd = text.endsWith('\u001A') ? text.slice(0, -1) : text;
  return withoutEnd.replace(/\r\n?/gu, '\n');
}

/** Characters of a text, white space apart. */
export function charactersIn(text: string): number {
  let count = 0;
  for (const character of text) if (!/\s/u.test(character)) count++;
  return count;
}
