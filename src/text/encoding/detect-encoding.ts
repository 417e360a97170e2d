import { decodeLoosely, decodeStrictly } from './strict-decoding';
import type { TextEncoding } from './text-encoding';
import { encodingOfByteOrderMark } from './text-encoding';

/** As much as is read to judge an encoding. */
const SAMPLE_BYTES = 65_536;

/** In order of preference where two read the bytes equally well. */
const CANDIDATES: readonly TextEncoding[] = ['utf8', 'shiftjis', 'eucjp', 'utf16le', 'utf16be'];

/** Kana are every other character of Japanese prose; bytes read in a wrong order of UTF-16 hold next to none. */
const MINIMUM_OF_UTF_16 = 0.2;

const KANA_AND_PUNCTUATION = /[\u3041-\u3096\u30A1-\u30FA\u3001\u3002\u300C-\u300F\u2026\u30FC\u3000]/gu;
const KANJI = /[\u4E00-\u9FFF]/gu;
const REPLACEMENT = /\uFFFD/gu;

/**
 * The encoding in which bytes read most like Japanese; undefined when they are no text.
 *
 * A library that guesses among all languages is not needed: what is sought is Japanese. Nor does an invalid byte rule an
 * encoding out, so that a damaged file in UTF-8 is not taken for nonsense in Shift_JIS. `decodeText` then reads strictly.
 */
export function detectEncoding(bytes: Uint8Array): TextEncoding | undefined {
  const marked = encodingOfByteOrderMark(bytes);
  if (marked !== undefined) return marked;
  if (isIso2022Jp(bytes)) return 'iso2022jp';
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  if (bytes.includes(0)) return mostJapanese(sample, ['utf16le', 'utf16be'], MINIMUM_OF_UTF_16);
  if (decodeStrictly(bytes, 'utf8') !== undefined) return 'utf8';
  // From the first byte beyond ASCII, as the file may begin with much of that; even, for UTF-16.
  const first = bytes.findIndex((byte) => byte >= 0x80) & ~1;
  return mostJapanese(bytes.subarray(first, first + SAMPLE_BYTES), CANDIDATES, Number.NEGATIVE_INFINITY);
}

/** Seven bits, and an escape to JIS X 0208 (ESC $ @, ESC $ B), the Roman letters of JIS X 0201 (ESC ( J) or its kana (ESC ( I). */
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

function mostJapanese(
  sample: Uint8Array,
  candidates: readonly TextEncoding[],
  minimum: number,
): TextEncoding | undefined {
  let best: { encoding: TextEncoding; score: number } | undefined;
  for (const encoding of candidates) {
    const score = japaneseScore(decodeLoosely(sample, encoding));
    if (score >= minimum && (best === undefined || score > best.score)) best = { encoding, score };
  }
  return best?.encoding;
}

/** How much characters beyond ASCII read like Japanese prose: 1 for kana alone, negative where most bytes are wrong. */
function japaneseScore(text: string): number {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const beyondAscii = count(/[^\p{ASCII}]/gu);
  if (beyondAscii === 0) return 0;
  return (count(KANA_AND_PUNCTUATION) + count(KANJI) / 4 - 2 * count(REPLACEMENT)) / beyondAscii;
}
