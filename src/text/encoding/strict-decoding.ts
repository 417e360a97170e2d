import { TextDecoder } from '@exodus/bytes/encoding.js';
import type { TextEncoding } from './text-encoding';

// The decoders are those of the Encoding Standard (https://encoding.spec.whatwg.org/): Shift_JIS is Windows' CP932 with
// the extensions of NEC and IBM (①, 髙, ～－∥). Node's own TextDecoder takes its tables from whichever ICU the program
// was built with; that of Node 20 reads stray C1 bytes in EUC-JP as control characters instead of rejecting them.
const LABELS: Readonly<Record<TextEncoding, string>> = {
  utf8: 'utf-8',
  utf8bom: 'utf-8',
  utf16le: 'utf-16le',
  utf16be: 'utf-16be',
  shiftjis: 'shift_jis',
  eucjp: 'euc-jp',
  iso2022jp: 'iso-2022-jp',
};

/** No character and no escape sequence of these encodings is longer. */
const LONGEST_SEQUENCE = 4;

/** The text of bytes, without a byte order mark; undefined when a single byte is wrong. */
export function decodeStrictly(bytes: Uint8Array, encoding: TextEncoding): string | undefined {
  return decode(bytes, encoding, false);
}

/** The text of bytes with U+FFFD in place of what is wrong: to judge an encoding by, never to train on. */
export function decodeLoosely(bytes: Uint8Array, encoding: TextEncoding): string {
  return new TextDecoder(LABELS[encoding]).decode(bytes);
}

/** Where the first invalid sequence of bytes that `decodeStrictly` refuses begins: offset in bytes, line from 1. */
export function firstInvalidSequence(bytes: Uint8Array, encoding: TextEncoding): { offset: number; line: number } {
  // A decoder that is told of more to come accepts every beginning that ends before the invalid sequence does.
  let accepted = 0;
  let refused = bytes.length + 1;
  while (refused - accepted > 1) {
    const middle = (accepted + refused) >> 1;
    if (decode(bytes.subarray(0, middle), encoding, true) === undefined) refused = middle;
    else accepted = middle;
  }
  // The sequence begins where the bytes before it are whole.
  for (let offset = accepted; offset >= Math.max(0, accepted - LONGEST_SEQUENCE); offset--) {
    const before = decodeStrictly(bytes.subarray(0, offset), encoding);
    if (before !== undefined) return { offset, line: before.split(/\r\n|\r|\n/u).length };
  }
  throw new Error(`No invalid sequence found in ${bytes.length} bytes read as ${encoding}.`);
}

function decode(bytes: Uint8Array, encoding: TextEncoding, moreToCome: boolean): string | undefined {
  try {
    return new TextDecoder(LABELS[encoding], { fatal: true }).decode(bytes, { stream: moreToCome });
  } catch {
    return undefined;
  }
}
