import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../src/protocol/settings';
import { parseSettings } from '../../../src/server/parse-settings';

test.each([undefined, null, {}, 7, 'off', [], { sampling: null }, { sampling: 'hot' }])('%j: the defaults', (input) =>
  expect(parseSettings(input)).toEqual(DEFAULT_SETTINGS),
);

test('what is given holds, the rest is the default', () => {
  expect(parseSettings({ enabled: false, stopAt: 'none', sampling: { temperature: 0.7, seed: 3 } })).toEqual({
    ...DEFAULT_SETTINGS,
    enabled: false,
    stopAt: 'none',
    sampling: { ...DEFAULT_SETTINGS.sampling, temperature: 0.7, seed: 3 },
  });
});

describe('one wrong value leaves the others as they are', () => {
  test.each([
    ['too large', { temperature: 99 }, { temperature: 5 }],
    ['too small', { maxNewTokens: 0 }, { maxNewTokens: 1 }],
    ['a fraction for a count', { topK: 40.4 }, { topK: 40 }],
    ['text', { topP: '0.5' }, { topP: 0.95 }],
    ['null', { repetitionPenalty: null }, { repetitionPenalty: 1 }],
    ['no number', { temperature: Number.NaN }, { temperature: 1 }],
    ['a negative seed', { seed: -1 }, { seed: null }],
    ['a fraction for a seed', { seed: 1.5 }, { seed: null }],
    ['null for a seed', { seed: null }, { seed: null }],
  ])('%s', (_, given, expected) => {
    expect(parseSettings({ sampling: { ...given, alternatives: 2 } }).sampling).toEqual({
      ...DEFAULT_SETTINGS.sampling,
      alternatives: 2,
      ...expected,
    });
  });

  test('outside the sampling', () => {
    expect(parseSettings({ enabled: 'yes', languages: 'latex', stopAt: 'chapter', sampling: { topK: 3 } })).toEqual({
      ...DEFAULT_SETTINGS,
      sampling: { ...DEFAULT_SETTINGS.sampling, topK: 3 },
    });
  });
});
