import type { Settings } from '../protocol/settings';
import type { Place } from '../suggestion/place';
import { commonStart } from './last-edit';

interface Offer {
  readonly uri: string;
  readonly place: Place;
  readonly settings: Settings;
  readonly suggestions: readonly string[];
}

/** An offer without its text, which all of them share. */
interface HeldOffer extends Omit<Offer, 'uri' | 'place'> {
  /** Of the text before the cursor. */
  readonly length: number;
  readonly restOfLine: string;
}

/** A clause that an input method composes has about so many steps, each with an offer of its own. */
const HELD_OFFERS = 16;

/**
 * What was offered last, and what before that in the same text. A writer who types along a suggestion sees the rest of it
 * at once, and not another draw; who leaves it gets a new one. An input method takes a detour, うみ, before it comes to
 * 海: so earlier offers are held as long as the text that they follow stands.
 */
export class OfferedSuggestions {
  #uri = '';
  #text = '';
  /** The oldest first. */
  #offers: readonly HeldOffer[] = [];

  remember({ uri, place, settings, suggestions }: Offer): void {
    const { before, restOfLine } = place;
    const stands = uri === this.#uri ? commonStart(this.#text, before) : -1;
    const held = this.#offers.filter(({ length }) => length <= stands && length !== before.length);
    this.#uri = uri;
    this.#text = before;
    const offer = { length: before.length, restOfLine, settings, suggestions };
    this.#offers = (suggestions.length === 0 ? held : [...held, offer]).slice(-HELD_OFFERS);
  }

  /** The writer wants none of it. */
  forget(): void {
    this.#offers = [];
  }

  /** Whether the text at `place` is that of an offer with one of its suggestions accepted as a whole. */
  accepted(uri: string, { before }: Place): boolean {
    return this.#followed(uri, before).some(({ length, suggestions }) => suggestions.includes(before.slice(length)));
  }

  /** What is left of the suggestions at `place`; none when the text, the document or the settings are others. */
  along(uri: string, { before, restOfLine }: Place, settings: Settings): string[] {
    for (const offer of this.#followed(uri, before).toReversed()) {
      if (offer.restOfLine !== restOfLine || !same(offer.settings, settings)) continue;
      const typed = before.slice(offer.length);
      const left = offer.suggestions.flatMap((suggestion) =>
        suggestion.startsWith(typed) && suggestion !== typed ? [suggestion.slice(typed.length)] : [],
      );
      if (left.length > 0) return left;
    }
    return [];
  }

  /** The offers whose text still stands before the cursor. */
  #followed(uri: string, before: string): readonly HeldOffer[] {
    if (uri !== this.#uri) return [];
    const stands = commonStart(this.#text, before);
    return this.#offers.filter(({ length }) => length <= stands);
  }
}

function same(a: Settings, b: Settings): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
