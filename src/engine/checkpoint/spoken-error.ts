/** What a user is told: what is wrong, and what to do about it. */
export interface Wording {
  /** `{detail}` is where the detail stands; without it, it follows in brackets. */
  readonly problem: string;
  readonly cure: string;
}

/** The same in both languages. */
export type BothWordings = Readonly<Record<'en' | 'ja', Wording>>;

/** What each code of an error says. */
export type Wordings<Code extends string> = Readonly<Record<Code, BothWordings>>;

/**
 * An error for the user, who is told the place, the problem and the cure. `message` is English;
 * {@link SpokenError.describe} speaks their language.
 */
export abstract class SpokenError<Code extends string> extends Error {
  readonly #wordings: Wordings<Code>;
  readonly #places: readonly string[];

  /**
   * @param places The files, folders or models at fault.
   * @param detail What exactly was found, untranslated: a tensor's name, byte counts, a parser's message.
   */
  constructor(
    wordings: Wordings<Code>,
    readonly code: Code,
    places: readonly string[],
    readonly detail: string,
  ) {
    super(phrase(wordings[code].en, places, detail, 'en'));
    this.#wordings = wordings;
    this.#places = places;
  }

  /** Place, problem, detail and cure in one line. */
  describe(language: 'en' | 'ja'): string {
    return phrase(this.#wordings[this.code][language], this.#places, this.detail, language);
  }
}

function phrase({ problem, cure }: Wording, places: readonly string[], detail: string, language: 'en' | 'ja'): string {
  const found = problem.includes('{detail}')
    ? problem.replace('{detail}', () => detail)
    : detail === ''
      ? problem
      : `${problem} (${detail})`;
  return language === 'ja' ? `${places.join('、')}: ${found}。${cure}` : `${places.join(', ')}: ${found}. ${cure}`;
}
