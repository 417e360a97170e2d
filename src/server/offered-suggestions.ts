import type { Settings } from '../protocol/settings';

/** The text around the cursor. */
export interface Place {
  readonly before: string;
  readonly restOfLine: string;
}

interface Offer {
  readonly uri: string;
  readonly place: Place;
  readonly settings: Settings;
  readonly suggestions: readonly string[];
}

/**
 * What was offered last. A writer who types along a suggestion sees the rest of it at once, and not another draw; who
 * leaves it gets a new one.
 */
export class OfferedSuggestions {
  #offer: Offer | undefined;

  remember(offer: Offer): void {
    this.#offer = offer.suggestions.length === 0 ? undefined : offer;
  }

  /** Whether the text at `place` is that of the last offer with one of its suggestions accepted as a whole. */
  accepted(uri: string, { before }: Place): boolean {
    const offer = this.#offer;
    if (offer?.uri !== uri || !before.startsWith(offer.place.before)) return false;
    return offer.suggestions.includes(before.slice(offer.place.before.length));
  }

  /** What is left of the suggestions at `place`; none when the text, the document or the settings are others. */
  along(uri: string, place: Place, settings: Settings): string[] {
    const offer = this.#offer;
    if (offer === undefined || offer.uri !== uri || offer.place.restOfLine !== place.restOfLine) return [];
    if (!place.before.startsWith(offer.place.before) || !same(offer.settings, settings)) return [];
    const typed = place.before.slice(offer.place.before.length);
    return offer.suggestions.flatMap((suggestion) =>
      suggestion.startsWith(typed) && suggestion !== typed ? [suggestion.slice(typed.length)] : [],
    );
  }
}

function same(a: Settings, b: Settings): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
