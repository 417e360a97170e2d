import { expect, test } from 'vitest';
import type { Evaluation } from '../../../src/cli/evaluation/evaluate-texts';
import { together } from '../../bench/quality-together';

function evaluation(characters: number, bits: number, shown: number, ms: number, model: number): Evaluation {
  const line = { characters, shown, accepted: 0, accepts: 0, acceptedCharacters: 0 };
  return {
    texts: [{ characters, bits_per_character: bits, greedy: [line] }],
    bits_per_character: bits,
    ms_per_suggestion: ms,
    empty: { model },
  };
}

test('evaluations of two models are one: bits by characters, milliseconds by suggestions, causes added up', () => {
  const both = together([evaluation(30, 4, 1, 10, 2), evaluation(10, 2, 3, 50, 5)]);
  expect(both).toMatchObject({ bits_per_character: 3.5, ms_per_suggestion: 40, empty: { model: 7 } });
  expect(both.texts).toHaveLength(2);
});
