import type { MarkedSentence } from './marked-sentences';

/** How the boundaries of a candidate agree with those of one sentence. */
export interface Agreement {
  /** Boundaries found that are there, and those of them that school grammar alone draws. */
  readonly found: number;
  readonly foundSubsidiary: number;
  /** Boundaries found that are not there. */
  readonly wrong: number;
  readonly missed: number;
  readonly missedSubsidiary: number;
  /** Nothing wrong and nothing missed that every reader hears. */
  readonly right: boolean;
  /** The sentence: / found, + found and subsidiary, ✗ wrong, · missed. */
  readonly marked: string;
}

export function agreement({ text, plain, subsidiary }: MarkedSentence, boundaries: readonly number[]): Agreement {
  const given = new Set(boundaries);
  const count = (indices: Iterable<number>, counts: (index: number) => boolean) => [...indices].filter(counts).length;
  const found = count(given, (index) => plain.has(index));
  const foundSubsidiary = count(given, (index) => subsidiary.has(index));
  const wrong = given.size - found - foundSubsidiary;
  const missed = plain.size - found;
  const mark = (index: number) => {
    if (!given.has(index)) return plain.has(index) ? '·' : '';
    if (plain.has(index)) return '/';
    return subsidiary.has(index) ? '+' : '✗';
  };
  return {
    found,
    foundSubsidiary,
    wrong,
    missed,
    missedSubsidiary: subsidiary.size - foundSubsidiary,
    right: wrong === 0 && missed === 0,
    marked: [...text.split('').keys()].map((index) => mark(index) + text.charAt(index)).join(''),
  };
}

/** Shares over many sentences. Strict recall asks for the subsidiary boundaries as well; otherwise they count for nothing. */
export function addAgreements(all: readonly Agreement[]) {
  const sum = (of: (one: Agreement) => number) => all.reduce((total, one) => total + of(one), 0);
  const found = sum((one) => one.found);
  const foundAny = found + sum((one) => one.foundSubsidiary);
  const missed = sum((one) => one.missed);
  return {
    precision: foundAny / (foundAny + sum((one) => one.wrong)),
    recall: found / (found + missed),
    strictRecall: foundAny / (foundAny + missed + sum((one) => one.missedSubsidiary)),
  };
}
