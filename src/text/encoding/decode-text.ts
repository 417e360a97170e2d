import { detectEncoding } from './detect-encoding';
import { decodeStrictly, firstInvalidSequence } from './strict-decoding';
import type { TextEncoding } from './text-encoding';
import { encodingOfByteOrderMark } from './text-encoding';

/** What bytes are: text, text with a sequence that its encoding does not have, or no text at all. */
export type DecodedText =
  | { readonly kind: 'text'; readonly text: string; readonly encoding: TextEncoding }
  | {
      readonly kind: 'invalid-bytes';
      readonly encoding: TextEncoding;
      /** Of the first invalid sequence, in bytes. */
      readonly offset: number;
      /** The line that it is in, from 1. */
      readonly line: number;
    }
  | {
      readonly kind: 'binary';
      /** Of the first byte that is in no text. */
      readonly offset: number;
    };

/** Control characters that texts have: tab, line ends, form feed, ^Z of DOS, escape. */
const CONTROLS_OF_TEXT = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a, 0x1b]);

/** Share of other control characters from which bytes are no text. */
const MAXIMUM_CONTROLS = 0.05;

/**
 * Decodes a text file whole or not at all: never with U+FFFD or 〓 in place of what it could not read.
 *
 * @param encoding The encoding that the user chose; a byte order mark overrides it, as in VS Code. Without it, it is
 * detected. VS Code's default of `utf8` is no choice.
 */
export function decodeText(bytes: Uint8Array, encoding?: TextEncoding): DecodedText {
  const used = encodingOfByteOrderMark(bytes) ?? encoding ?? detectEncoding(bytes);
  if (used !== 'utf16le' && used !== 'utf16be') {
    const offset = firstByteOfNoText(bytes);
    if (offset !== undefined) return { kind: 'binary', offset };
  }
  const text = decodeStrictly(bytes, used);
  if (text !== undefined) return { kind: 'text', text, encoding: used };
  return { kind: 'invalid-bytes', encoding: used, ...firstInvalidSequence(bytes, used) };
}

function firstByteOfNoText(bytes: Uint8Array): number | undefined {
  const nul = bytes.indexOf(0);
  if (nul >= 0) return nul;
  const isControl = (byte: number) => byte < 0x20 && !CONTROLS_OF_TEXT.has(byte);
  let controls = 0;
  for (const byte of bytes) if (isControl(byte)) controls++;
  return controls > bytes.length * MAXIMUM_CONTROLS ? bytes.findIndex(isControl) : undefined;
}
