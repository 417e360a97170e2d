/** The longest key that a text begins with. */
export interface PrefixMatch {
  readonly length: number;
  readonly value: number;
}

/**
 * A read-only Darts double-array trie over bytes, as SentencePiece stores its normalisation rules.
 * Format: https://github.com/s-yata/darts-clone (unit = has-leaf bit 8, label bits 0–7 and 31, offset bits 10–30).
 */
export class DoubleArray {
  constructor(private readonly units: Uint32Array) {}

  longestPrefix(text: Uint8Array, start: number): PrefixMatch | undefined {
    let found: PrefixMatch | undefined;
    let node = this.#offset(this.#unit(0));
    for (let at = start; at < text.length; at++) {
      const label = text[at] ?? 0;
      node ^= label;
      const unit = this.#unit(node);
      if ((unit & 0x800000ff) !== label) break;
      node ^= this.#offset(unit);
      if (unit & 0x100) found = { length: at - start + 1, value: this.#unit(node) & 0x7fffffff };
    }
    return found;
  }

  /** Beyond the end stands a unit that no label matches, so that a damaged array ends the search. */
  #unit(index: number): number {
    return this.units[index] ?? 0x80000000;
  }

  #offset(unit: number): number {
    return (unit >>> 10) << ((unit & 0x200) >>> 6);
  }
}
