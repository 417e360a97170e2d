/** What became of suggestions: numbers, and nothing of the text. */
export interface Counts {
  /** Suggestions that came and stood; all alternatives at once are one. */
  readonly shown: number;
  /** Those of them that were taken as a whole, at once or piece by piece. */
  readonly accepted: number;
  /** Those of which only a part was taken. */
  readonly partly: number;
  /** Characters that were taken. */
  readonly characters: number;
  /** Key presses that took them. */
  readonly keys: number;
}

export const NO_COUNTS: Counts = { shown: 0, accepted: 0, partly: 0, characters: 0, keys: 0 };

export function sum(a: Counts, b: Partial<Counts>): Counts {
  return {
    shown: a.shown + (b.shown ?? 0),
    accepted: a.accepted + (b.accepted ?? 0),
    partly: a.partly + (b.partly ?? 0),
    characters: a.characters + (b.characters ?? 0),
    keys: a.keys + (b.keys ?? 0),
  };
}

export function total(counts: Iterable<Counts>): Counts {
  return [...counts].reduce(sum, NO_COUNTS);
}

/** Characters that did not have to be typed. */
export function savedCharacters({ characters, keys }: Counts): number {
  return characters - keys;
}

/** The counts of one day, by the model that made the suggestions. */
export interface Day {
  /** YYYY-MM-DD, by the clock of the writer. */
  readonly day: string;
  readonly models: ReadonlyMap<string, Counts>;
}

export function dayOf(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The last so many days, the oldest first, those without counts included. */
export function lastDays(days: readonly Day[], count: number, today: Date): Day[] {
  const known = new Map(days.map((one) => [one.day, one]));
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(today.getFullYear(), today.getMonth(), today.getDate() - (count - 1 - index));
    const day = dayOf(date);
    return known.get(day) ?? { day, models: new Map() };
  });
}

/** The counts of each model over some days, the most used first. */
export function byModel(days: readonly Day[]): readonly (readonly [string, Counts])[] {
  const models = new Map<string, Counts>();
  for (const day of days) {
    for (const [model, counts] of day.models) models.set(model, sum(models.get(model) ?? NO_COUNTS, counts));
  }
  return [...models].sort(([, a], [, b]) => b.shown - a.shown);
}
