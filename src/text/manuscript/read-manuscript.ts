import { decodeText } from '../encoding/decode-text';
import { isJapanese } from '../japanese';
import { stripMarkup } from '../markup/markup';
import { generatedSign } from './generated';
import type { LeftOutReason, Manuscript, ManuscriptFile } from './manuscript';

/** A memo of a line or two teaches no style. */
const MINIMUM_CHARACTERS = 100;

/** The prose of a file, or why there is none. Near-duplicates show among several files: `near-duplicates.ts`. */
export function readManuscript({ path, bytes, encoding, modified }: ManuscriptFile): Manuscript {
  const leftOut = (reason: LeftOutReason): Manuscript => ({ kind: 'left-out', path, reason });
  const decoded = decodeText(bytes, encoding);
  if (decoded.kind !== 'text') return leftOut(decoded);

  const { text, markup } = stripMarkup(path, withLineFeeds(decoded.text));
  const characters = charactersIn(text);
  if (characters === 0) return leftOut({ kind: 'empty' });
  if (!isJapanese(text)) return leftOut({ kind: 'not-japanese' });
  if (characters < MINIMUM_CHARACTERS) return leftOut({ kind: 'too-short', characters, minimum: MINIMUM_CHARACTERS });
  const sign = generatedSign(text);
  if (sign !== undefined) return leftOut({ kind: 'generated', sign });

  const when = modified === undefined ? {} : { modified };
  return { kind: 'prose', path, text, encoding: decoded.encoding, markup, characters, ...when };
}

/** Line ends of Windows and of old Macs as \n, and without the ^Z that DOS put at the end of a file. */
function withLineFeeds(text: string): string {
  const withoutEnd = text.endsWith('\u001A') ? text.slice(0, -1) : text;
  return withoutEnd.replace(/\r\n?/gu, '\n');
}

function charactersIn(text: string): number {
  let count = 0;
  for (const character of text) if (!/\s/u.test(character)) count++;
  return count;
}
