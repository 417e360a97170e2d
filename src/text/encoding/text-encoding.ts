/** The encodings of Japanese manuscripts, by VS Code's names for `files.encoding`; it has none for the last. */
export const TEXT_ENCODINGS = ['utf8', 'utf8bom', 'utf16le', 'utf16be', 'shiftjis', 'eucjp', 'iso2022jp'] as const;

export type TextEncoding = (typeof TEXT_ENCODINGS)[number];

/** The encoding that VS Code calls `name`; undefined for one that no Japanese manuscript is written in. */
export function textEncodingNamed(name: string): TextEncoding | undefined {
  return TEXT_ENCODINGS.find((encoding) => encoding === name);
}

/** The encoding that a byte order mark at the beginning names. */
export function encodingOfByteOrderMark(bytes: Uint8Array): TextEncoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf8bom';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf16be';
  return undefined;
}
