import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../../../src/text/encoding/decode-text';
import { TEXT_ENCODINGS } from '../../../../src/text/encoding/text-encoding';
import { encode } from './encode';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const PROSE = '　老人は眠っていた。\r\n「ライオンの夢を見ているのだ」\r\n';

describe.each(TEXT_ENCODINGS)('%s', (encoding) => {
  const encoded = encode(PROSE, encoding);
  if (encoded === undefined) throw new Error(`${encoding} lacks a character of the example`);
  test('is detected', () => expect(decodeText(encoded)).toEqual({ kind: 'text', text: PROSE, encoding }));
  test('is read when it is given', () =>
    expect(decodeText(encoded, encoding)).toEqual({ kind: 'text', text: PROSE, encoding }));

  test('decodes what it encodes, character by character', () => {
    const ranges = [
      [0x20, 0x7e],
      [0xa7, 0xf7],
      [0x2010, 0x266f],
      [0x3000, 0x30fe],
      [0x4e00, 0x9fa0],
      [0xff01, 0xffe5],
    ];
    const characters = ranges.map(([min, max]) => fc.integer({ min: min ?? 0, max: max ?? 0 }));
    // The characters that the encoding has a place for, and the same place back: CP932 takes − but returns －.
    const own = fc
      .oneof(...characters)
      .map((code) => String.fromCodePoint(code))
      .filter((character) => roundTrip(character) === character);
    const roundTrip = (text: string) => {
      const made = encode(text, encoding);
      const decoded = made === undefined ? undefined : decodeText(made, encoding);
      return decoded?.kind === 'text' ? decoded.text : undefined;
    };
    fc.assert(
      fc.property(fc.array(own, { maxLength: 40 }), (text) => {
        expect(roundTrip(text.join(''))).toBe(text.join(''));
      }),
    );
  });
});

describe('characters of CP932', () => {
  test.each([
    ['81 60 81 7c 81 61', '～－∥'],
    ['87 40 87 54 87 82', '①Ⅰ№'],
    ['fb fc ed 95', '髙﨑'],
    ['81 5c 81 63', '―…'],
    ['b1 b2 b3', 'ｱｲｳ'],
    ['5c 7e', '\\~'],
  ])('%s: %s', (hex, text) =>
    expect(decodeText(bytes(hex), 'shiftjis')).toEqual({ kind: 'text', text, encoding: 'shiftjis' }),
  );
});

describe('a short text', () => {
  test.each(TEXT_ENCODINGS)('in %s is detected', (encoding) =>
    expect(decodeText(encode('彼は、\n', encoding) ?? bytes(''))).toEqual({ kind: 'text', text: '彼は、\n', encoding }),
  );
});

test('a byte order mark overrides the encoding that was given', () =>
  expect(decodeText(bytes('ff fe 42 30'), 'utf8')).toEqual({ kind: 'text', text: 'あ', encoding: 'utf16le' }));

test('UTF-16 without a line end or a byte order mark', () =>
  expect(decodeText(encode('　彼は「そうだ」と言った。', 'utf16be') ?? bytes(''))).toMatchObject({
    encoding: 'utf16be',
  }));

test('nothing at all is an empty text', () =>
  expect(decodeText(bytes(''))).toEqual({ kind: 'text', text: '', encoding: 'utf8' }));

describe('invalid bytes: encoding given, bytes, offset, line', () => {
  test.each([
    ['utf8', 'e3 81 82 0a e3 81 0a e3 81 84', 4, 2],
    ['utf8', 'e3 81 82 ff', 3, 1],
    // The file was cut off in the middle of a character.
    ['utf8', 'e3 81 82 0d 0a e3 81', 5, 2],
    // A surrogate, and a character written with more bytes than it needs.
    ['utf8', '61 ed a0 80', 1, 1],
    ['utf8', '61 c0 af', 1, 1],
    ['shiftjis', '82 a0 0d 0a 82 a2 fd 82 a4', 6, 2],
    ['shiftjis', '82 a0 82', 2, 1],
    ['shiftjis', '82 a0 85 9f', 2, 1],
    ['eucjp', 'a4 a2 0d a4 a4 80 a4 a6', 5, 2],
    ['eucjp', 'a4 a2 a4', 2, 1],
    ['iso2022jp', '1b 24 42 24 22 1b 28 42 0a 1b 24 42 24 80', 12, 2],
    ['utf16le', '42 30 0a 00 00 d8 42 30', 4, 2],
    ['utf16le', '42 30 44', 2, 1],
    ['utf16be', '30 42 dc 00', 2, 1],
  ] as const)('%s %s: %i, line %i', (encoding, hex, offset, line) =>
    expect(decodeText(bytes(hex), encoding)).toEqual({ kind: 'invalid-bytes', encoding, offset, line }),
  );

  // Its bytes all but make sense in Shift_JIS (縺ゅ…).
  test('a damaged file in UTF-8 is not taken for Shift_JIS', () => {
    const damaged = encode(PROSE.repeat(20), 'utf8') ?? bytes('');
    damaged[50] = 0xff;
    expect(decodeText(damaged)).toMatchObject({ kind: 'invalid-bytes', encoding: 'utf8', line: 2 });
  });

  test('a damaged file in Shift_JIS is not taken for anything else', () => {
    const damaged = encode(PROSE.repeat(20), 'shiftjis') ?? bytes('');
    damaged[2] = 0xff;
    expect(decodeText(damaged)).toEqual({ kind: 'invalid-bytes', encoding: 'shiftjis', offset: 2, line: 1 });
  });
});

describe('binary', () => {
  test.each([
    ['a PNG', '89 50 4e 47 0d 0a 1a 0a 00 00 00 0d 49 48 44 52', 8],
    ['a zip, as .docx is', '50 4b 03 04 14 00 06 00 08 00', 5],
    ['control characters', '01 02 03 04 61 62 63 64', 0],
  ])('%s', (_, hex, offset) => expect(decodeText(bytes(hex))).toEqual({ kind: 'binary', offset }));

  test('a text with a NUL in it, in the encoding that was given', () =>
    expect(decodeText(bytes('e3 81 82 00 e3 81 84'), 'utf8')).toEqual({ kind: 'binary', offset: 3 }));
});
