import type { Counts } from './counts';

/** Suggestions that have come for one place. */
export interface Offer {
  readonly uri: string;
  /** Of the cursor, in UTF-16 units. */
  readonly offset: number;
  /** All alternatives. */
  readonly texts: readonly string[];
}

interface Tracked extends Offer {
  readonly shown: boolean;
  readonly partly: boolean;
}

/**
 * Tells one suggestion from the next: its rest, after the writer has typed along it or taken a part of it, is the same one.
 * What is to be counted comes back as differences.
 */
export class SuggestionTracker {
  #current: Tracked | undefined;

  /** @param textSince The text between an offset of the same document and the cursor. */
  offered(offer: Offer, textSince: (offset: number) => string): void {
    if (!this.#continues(offer, textSince)) this.#current = { ...offer, shown: false, partly: false };
  }

  /** What came last has stood for a while. */
  stood(): Partial<Counts> {
    if (this.#current === undefined || this.#current.shown) return {};
    this.#current = { ...this.#current, shown: true };
    return { shown: 1 };
  }

  /**
   * With one key press the writer has taken something.
   *
   * @param whole Whether nothing is left of it.
   */
  took(characters: number, whole: boolean): Partial<Counts> {
    const { shown, partly } = this.#current ?? { shown: false, partly: false };
    const parts = Number(!whole) - Number(partly);
    this.#current = whole || this.#current === undefined ? undefined : { ...this.#current, shown: true, partly: true };
    return { shown: shown ? 0 : 1, accepted: whole ? 1 : 0, partly: parts, characters, keys: 1 };
  }

  #continues({ uri, offset, texts }: Offer, textSince: (offset: number) => string): boolean {
    const current = this.#current;
    if (current === undefined || current.uri !== uri || offset < current.offset) return false;
    const typed = textSince(current.offset);
    return current.texts.some((whole) => whole.startsWith(typed) && texts.includes(whole.slice(typed.length)));
  }
}
