import { expect, test } from 'vitest';
import { losses, type QualityFigures } from '../../bench/quality-baseline';

const BEFORE: QualityFigures = {
  keystroke_savings: 0.01,
  standard_error: 0.004,
  bits_per_character: 4,
  every_character: { keystroke_savings: 0.1, standard_error: 0.01 },
};

test.each<[string, Partial<QualityFigures>, RegExp | undefined]>([
  ['nothing', {}, undefined],
  ['noise', { keystroke_savings: 0.0081, bits_per_character: 4.01 }, undefined],
  ['savings at 文節', { keystroke_savings: 0.0079 }, /^tales: keystroke savings/],
  [
    'savings after each character',
    { every_character: { keystroke_savings: 0.094, standard_error: 0.01 } },
    /^tales, every character: keystroke savings/,
  ],
  ['bits', { bits_per_character: 4.03 }, /^tales: bits per character/],
  ['what was not measured', { every_character: undefined }, undefined],
])('%s lost', (_, change, said) => {
  const found = losses({ tales: BEFORE }, { tales: { ...BEFORE, ...change } });
  expect(found).toEqual(said === undefined ? [] : [expect.stringMatching(said)]);
});

test('what the baseline does not know is said', () => {
  expect(losses({}, { tales: BEFORE })).toEqual(['tales: not in the baseline']);
});
