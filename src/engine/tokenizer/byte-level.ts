/**
 * The characters that GPT-2 writes bytes as: printable ones of Latin-1 stand for themselves, the others for U+0100 and
 * what follows, so that vocabularies are text without spaces and control characters.
 * Source: `bytes_to_unicode` in https://github.com/openai/gpt-2/blob/master/src/encoder.py
 */
export const CHARACTER_OF_BYTE: readonly string[] = characters();

const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = new Map(CHARACTER_OF_BYTE.map((one, byte) => [one, byte]));

function characters(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCharCode(printable ? byte : next++);
  });
}

/** The bytes that a piece of the vocabulary stands for; a piece that is not written that way stands for itself. */
export function bytesOfPiece(piece: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of piece) {
    const byte = BYTE_OF_CHARACTER.get(character);
    if (byte === undefined) return new TextEncoder().encode(piece);
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/**
 * What GPT-2 cuts text into before it looks at pairs: contractions, letters, digits, other signs, each with a space in
 * front, and runs of white space. `White_Space` and not `\s`, which means other characters here than where models were
 * trained.
 */
const WORD =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** The words of a text; put together they are the text. */
export function words(text: string): readonly string[] {
  return text.match(WORD) ?? [];
}
