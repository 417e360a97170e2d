import { describe, expect, it } from 'vitest';
import {
  byModel,
  dayOf,
  lastDays,
  NO_COUNTS,
  savedCharacters,
  total,
} from '../../../../src/extension/statistics/counts';

const counts = { shown: 3, accepted: 1, partly: 1, characters: 12, keys: 2 };
const day = (name: string, models: Record<string, typeof counts>) => ({
  day: name,
  models: new Map(Object.entries(models)),
});

describe('counts', () => {
  it('add up', () => {
    expect(total([counts, counts])).toEqual({ shown: 6, accepted: 2, partly: 2, characters: 24, keys: 4 });
    expect(total([])).toEqual(NO_COUNTS);
    expect(savedCharacters(counts)).toBe(10);
  });

  it('belong to the day of the writer’s own clock', () => {
    expect(dayOf(new Date(2026, 0, 5, 0, 0, 1))).toBe('2026-01-05');
    expect(dayOf(new Date(2026, 0, 5, 23, 59, 59))).toBe('2026-01-05');
  });

  it('of the last days, over the end of a month, with those on which nothing was written', () => {
    const days = [day('2026-02-01', { a: counts }), day('2026-02-28', { a: counts })];
    const last = lastDays(days, 3, new Date(2026, 2, 1, 12));
    expect(last.map(({ day, models }) => [day, models.size])).toEqual([
      ['2026-02-27', 0],
      ['2026-02-28', 1],
      ['2026-03-01', 0],
    ]);
  });

  it('by model, the most used first', () => {
    const days = [day('2026-02-01', { a: counts, b: counts }), day('2026-02-02', { b: counts })];
    expect(byModel(days).map(([model, { shown }]) => [model, shown])).toEqual([
      ['b', 6],
      ['a', 3],
    ]);
  });
});
