import { createMultibyteEncoder } from '@exodus/bytes/multi-byte.js';
import type { TextEncoding } from '../../../../src/text/encoding/text-encoding';

/** The bytes of a text; undefined where the encoding lacks a character. */
export function encode(text: string, encoding: TextEncoding): Uint8Array | undefined {
  switch (encoding) {
    case 'utf8':
      return new TextEncoder().encode(text);
    case 'utf8bom':
      return new TextEncoder().encode(`\uFEFF${text}`);
    case 'utf16le':
      return Uint8Array.from(Buffer.from(text, 'utf16le'));
    case 'utf16be':
      return Uint8Array.from(Buffer.from(text, 'utf16le').swap16());
    case 'shiftjis':
      return multibyte(text, 'shift_jis');
    case 'eucjp':
      return multibyte(text, 'euc-jp');
    case 'iso2022jp':
      return multibyte(text, 'iso-2022-jp');
  }
}

function multibyte(text: string, label: string): Uint8Array | undefined {
  try {
    return createMultibyteEncoder(label)(text);
  } catch {
    return undefined;
  }
}
