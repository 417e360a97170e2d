import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../src/protocol/settings';
import { OfferedSuggestions } from '../../../src/server/offered-suggestions';
import type { Place } from '../../../src/suggestion/place';

/** A line with the cursor ║. */
function place(marked: string): Place {
  const [before = '', restOfLine = ''] = marked.split('║');
  return { before, restOfLine };
}

const offered = new OfferedSuggestions();
offered.remember({
  uri: 'file:///a.txt',
  place: place('「漁師は║」'),
  settings: DEFAULT_SETTINGS,
  suggestions: ['海へ出た。', '海を見た。', '眠った。'],
});

// Offered at 「漁師は║」: 海へ出た。 海を見た。 眠った。
test.each([
  ['「漁師は║」', ['海へ出た。', '海を見た。', '眠った。']],
  ['「漁師は海║」', ['へ出た。', 'を見た。']],
  ['「漁師は海へ出║」', ['た。']],
  ['「漁師は海へ出た。║」', []],
  ['「漁師は山║」', []],
  ['「漁師║」', []],
  ['「漁師は海║', []],
  ['「老人は海║」', []],
])('%s → %j', (marked, left) => {
  expect(offered.along('file:///a.txt', place(marked), DEFAULT_SETTINGS)).toEqual(left);
});

test('an input method that takes a detour comes back to what was offered before', () => {
  const offers = new OfferedSuggestions();
  const steps = [
    ['漁師は', ['海へ出た。']],
    ['漁師はう', ['つむいた。']],
    ['漁師はうみ', ['だけを見た。']],
  ] as const;
  for (const [before, suggestions] of steps) {
    const at = { before, restOfLine: '' };
    offers.remember({ uri: 'file:///a.txt', place: at, settings: DEFAULT_SETTINGS, suggestions });
  }
  const along = (before: string) => offers.along('file:///a.txt', { before, restOfLine: '' }, DEFAULT_SETTINGS);
  expect(along('漁師は海')).toEqual(['へ出た。']);
  expect(along('漁師は')).toEqual(['海へ出た。']);
  expect(along('漁師はうみだけ')).toEqual(['を見た。']);
  offers.forget();
  expect(along('漁師は')).toEqual([]);
});

test('another document gets nothing', () => {
  expect(offered.along('file:///b.txt', place('「漁師は海║」'), DEFAULT_SETTINGS)).toEqual([]);
});

test('other settings ask for other suggestions', () => {
  const warmer = { ...DEFAULT_SETTINGS, sampling: { ...DEFAULT_SETTINGS.sampling, temperature: 1.5 } };
  expect(offered.along('file:///a.txt', place('「漁師は海║」'), warmer)).toEqual([]);
  expect(offered.along('file:///a.txt', place('「漁師は海║」'), structuredClone(DEFAULT_SETTINGS))).toHaveLength(2);
});
