import { decodeLoosely, decodeStrictly } from './strict-decoding';
import type { TextEncoding } from './text-encoding';
import { encodingOfByteOrderMark } from './text-encoding';

/** As much as is read to judge an encoding. */
const SAMPLE_BYTES = 65_536;

/** In order of preference where two read the bytes equally well. */
const MULTIBYTE: readonly TextEncoding[] = ['utf8', 'shiftjis', 'eucjp'];
const UTF_16: readonly TextEncoding[] = ['utf16le', 'utf16be'];

/** Any bytes make kanji in UTF-16, which score 0.25; prose has kana. */
const MINIMUM_OF_UTF_16 = 0.3;

/**
 * The encoding in which bytes read most like Japanese; UTF-8 where nothing does.
 *
 * A library that guesses among all languages is not needed: what is sought is Japanese. Nor does an invalid byte rule
 * an encoding out, so that a damaged file in UTF-8 is not taken for nonsense in Shift_JIS. `decodeText` then reads
 * strictly.
 */
export function detectEncoding(bytes: Uint8Array): TextEncoding {
  const marked = encodingOfByteOrderMark(bytes);
  if (marked !== undefined) return marked;
  if (isIso2022Jp(bytes)) return 'iso2022jp';
  if (!bytes.includes(0) && decodeStrictly(bytes, 'utf8') !== undefined) return 'utf8';
  return mostJapanese(bytes);
}

/**
 * Seven bits, and an escape to JIS X 0208 (ESC $ @, ESC $ B), to the Roman letters of JIS X 0201 (ESC ( J) or to its
 * kana (ESC ( I).
 */
function isIso2022Jp(bytes: Uint8Array): boolean {
  let escapes = false;
  for (const [i, byte] of bytes.entries()) {
    if (byte >= 0x80) return false;
    if (byte !== 0x1b) continue;
    const [second, third] = [bytes[i + 1], bytes[i + 2]];
    escapes ||= second === 0x24 && (third === 0x40 || third === 0x42);
    escapes ||= second === 0x28 && (third === 0x49 || third === 0x4a);
  }
  return escapes;
}

function mostJapanese(bytes: Uint8Array): TextEncoding {
  // The file may begin with much that is ASCII.
  const start = bytes.findIndex((byte) => byte >= 0x80);
  const scored = [
    // Only UTF-16 has bytes of 0 in a text.
    ...(bytes.includes(0) ? [] : MULTIBYTE.map((encoding) => scoreOf(encoding, bytes.subarray(start)))),
    ...UTF_16.map((encoding) => scoreOf(encoding, bytes)).filter(({ score }) => score >= MINIMUM_OF_UTF_16),
  ];
  return scored.toSorted((a, b) => b.score - a.score)[0]?.encoding ?? 'utf8';
}

function scoreOf(encoding: TextEncoding, bytes: Uint8Array): { encoding: TextEncoding; score: number } {
  return { encoding, score: japaneseScore(decodeLoosely(bytes.subarray(0, SAMPLE_BYTES), encoding)) };
}

/** How much characters beyond ASCII read like Japanese prose: 1 for kana alone, less than 0 where most is wrong. */
function japaneseScore(text: string): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    sum += weightOf(code);
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

function weightOf(code: number): number {
  if (code === 0xfffd) return -1;
  const isKana = code >= 0x3041 && code <= 0x30fe;
  const isPunctuation = (code >= 0x3000 && code <= 0x3002) || (code >= 0x300c && code <= 0x300f) || code === 0x2026;
  if (isKana || isPunctuation) return 1;
  const isKanji = code >= 0x4e00 && code <= 0x9fff;
  return isKanji ? 0.25 : 0;
}
