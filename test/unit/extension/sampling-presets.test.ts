import { expect, test, vi } from 'vitest';
import { PRESET_VALUES, PRESETS, presetOf } from '../../../src/extension/sampling-presets';
import { DEFAULT_SETTINGS, SAMPLING_BOUNDS } from '../../../src/protocol/settings';

vi.mock('vscode', () => import('./vscode-l10n'));

test('what nobody has changed is the standard preset', () => {
  expect(presetOf(DEFAULT_SETTINGS.sampling)).toBe('standard');
});

test.each(PRESETS)('%s is recognised, whatever the seed and the lengths', (preset) => {
  const settings = { ...DEFAULT_SETTINGS.sampling, ...PRESET_VALUES[preset], seed: 7, maxNewTokens: 3 };
  expect(presetOf(settings)).toBe(preset);
});

test('one other value, and it is none of them', () => {
  expect(presetOf({ ...DEFAULT_SETTINGS.sampling, topK: 49 })).toBeUndefined();
});

test.each(PRESETS)('the values of %s are allowed', (preset) => {
  for (const [name, value] of Object.entries(PRESET_VALUES[preset])) {
    const bounds = SAMPLING_BOUNDS[name as keyof typeof SAMPLING_BOUNDS];
    expect(value).toBeGreaterThanOrEqual(bounds.minimum);
    expect(value).toBeLessThanOrEqual(bounds.maximum);
  }
});
