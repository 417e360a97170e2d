import { DoubleArray } from './double-array';
import type { NormalizerSpec } from './proto/sentencepiece_model_pb';
import { SPACE_SYMBOL } from './tokenizer';

/**
 * Text → the form that pieces are looked up in: the model's own character map (which is not NFKC), spaces made visible,
 * extra ones removed, one put in front. Source: `normalizer.cc` of google/sentencepiece.
 */
export class Normalizer {
  readonly #trie: DoubleArray | undefined;
  readonly #replacements: Uint8Array;
  readonly #decoder = new TextDecoder();

  /**
   * @param protectedText Gives the length in bytes of a user-defined symbol at a place, 0 where there is none.
   * @throws {RangeError} when the character map is cut short
   */
  constructor(
    private readonly spec: NormalizerSpec,
    private readonly protectedText: (bytes: Uint8Array, at: number) => number,
  ) {
    const map = spec.precompiledCharsmap;
    if (map.length === 0) {
      this.#replacements = map;
      return;
    }
    if (map.length < 4) throw new RangeError(`a character map of ${map.length} bytes`);
    const size = new DataView(map.buffer, map.byteOffset).getUint32(0, true);
    if (size === 0 || size % 4 !== 0 || 4 + size >= map.length) {
      throw new RangeError(`a trie of ${size} bytes in a character map of ${map.length}`);
    }
    // Copied: the array inside the file need not be aligned.
    this.#trie = new DoubleArray(new Uint32Array(Uint8Array.from(map.subarray(4, 4 + size)).buffer));
    this.#replacements = map.subarray(4 + size);
  }

  normalize(text: string): string {
    const bytes = new TextEncoder().encode(text);
    const { removeExtraWhitespaces, addDummyPrefix, escapeWhitespaces } = this.spec;
    const space = escapeWhitespaces ? SPACE_SYMBOL : ' ';
    let at = 0;
    if (removeExtraWhitespaces) {
      while (at < bytes.length) {
        const { text: replaced, length } = this.#step(bytes, at);
        if (replaced !== ' ') break;
        at += length;
      }
    }
    if (at === bytes.length) return '';

    const parts: string[] = addDummyPrefix ? [space] : [];
    let afterSpace = removeExtraWhitespaces;
    while (at < bytes.length) {
      const { text: replaced, length } = this.#step(bytes, at);
      at += length;
      const kept = afterSpace ? replaced.replace(/^ +/, '') : replaced;
      if (kept !== '') {
        parts.push(escapeWhitespaces ? kept.replaceAll(' ', SPACE_SYMBOL) : kept);
        afterSpace = kept.endsWith(' ');
      }
      if (!removeExtraWhitespaces) afterSpace = false;
    }
    let normalized = parts.join('');
    if (removeExtraWhitespaces) while (normalized.endsWith(space)) normalized = normalized.slice(0, -space.length);
    return normalized;
  }

  /** The replacement of the longest mapped prefix at `at`, or the character itself. */
  #step(bytes: Uint8Array, at: number): { readonly text: string; readonly length: number } {
    const kept = this.protectedText(bytes, at);
    if (kept > 0) return { text: this.#decoder.decode(bytes.subarray(at, at + kept)), length: kept };
    const match = this.#trie?.longestPrefix(bytes, at);
    if (match === undefined) {
      const length = utf8Length(bytes[at] ?? 0);
      return { text: this.#decoder.decode(bytes.subarray(at, at + length)), length };
    }
    const end = this.#replacements.indexOf(0, match.value);
    return {
      text: this.#decoder.decode(this.#replacements.subarray(match.value, end < 0 ? undefined : end)),
      length: match.length,
    };
  }
}

/** Bytes of the UTF-8 character that begins with `first`. */
function utf8Length(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
