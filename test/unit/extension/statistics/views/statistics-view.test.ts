import { describe, expect, it, vi } from 'vitest';
import type { Counts, Day } from '../../../../../src/extension/statistics/counts';
import { savingsChart } from '../../../../../src/extension/statistics/views/savings-chart';
import { statisticsView } from '../../../../../src/extension/statistics/views/statistics-view';

vi.mock('vscode', () => import('../../vscode-l10n'));

const TODAY = new Date(2026, 4, 20, 9);
const day = (name: string, counts: Counts): Day => ({ day: name, models: new Map([['tsuzuki-base-ja', counts]]) });
const DAYS = [
  day('2026-01-02', { shown: 10, accepted: 1, partly: 0, characters: 9, keys: 1 }),
  day('2026-05-19', { shown: 8, accepted: 3, partly: 1, characters: 1234, keys: 34 }),
  day('2026-05-20', { shown: 2, accepted: 0, partly: 0, characters: 0, keys: 0 }),
];

/** The cells of the rows of one section. */
function rows(id: string): string[][] {
  const markup = statisticsView(DAYS, TODAY).find((section) => section.id === id)?.html.markup ?? '';
  return [...markup.matchAll(/<tr><th scope="row">.*?<\/tr>/g)].map(([row]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell = '']) => cell),
  );
}

describe('the numbers', () => {
  it('of today, of some days, and of all', () => {
    expect(rows('summary')).toEqual([
      ['Today', '2', '0', '0', '0.0 %', '0', '0'],
      ['The last 7 days', '10', '3', '1', '40.0 %', '1,234', '1,200'],
      ['The last 30 days', '10', '3', '1', '40.0 %', '1,234', '1,200'],
      ['Ever since', '20', '4', '1', '25.0 %', '1,243', '1,208'],
    ]);
  });

  it('by model and by day', () => {
    expect(rows('models')).toEqual([['tsuzuki-base-ja', '20', '4', '1', '25.0 %', '1,243', '1,208']]);
    expect(rows('days').map(([name, shown]) => [name, shown])).toEqual([
      ['5/20', '2'],
      ['5/19', '8'],
    ]);
  });

  it('say that there are none yet, with nothing to delete', () => {
    const sections = statisticsView([], TODAY);
    expect(sections.map(({ id }) => id)).toEqual(['summary', 'counted']);
    expect(sections[0]?.html.markup).toContain('Nothing has been counted yet');
  });
});

describe('savingsChart', () => {
  it('has a bar for each day that saved something, as high as it saved, and says the same in words', () => {
    const { markup } = savingsChart(DAYS);
    const heights = [...markup.matchAll(/class="bar".*?height="([\d.]+)"/g)].map(([, height]) => Number(height));
    // Of 162 units for 1,500 characters.
    expect(heights).toEqual([0.9, 129.6]);
    expect(markup).toContain('aria-label="Characters saved in 3 days: 1,208, most of them on 5/19: 1,200."');
  });

  it('stands on 0 when nothing was saved', () => {
    const { markup } = savingsChart([day('2026-05-20', { shown: 1, accepted: 1, partly: 0, characters: 1, keys: 2 })]);
    expect(markup).not.toContain('class="bar"');
    expect(markup).not.toContain('NaN');
  });
});
