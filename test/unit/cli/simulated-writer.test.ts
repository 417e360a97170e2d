import { describe, expect, test } from 'vitest';
import { figuresOf, gainIn } from '../../../src/cli/evaluation/figures';
import { simulateWriting } from '../../../src/cli/evaluation/simulated-writer';

const TEXT = '漁師は老いていた。\n　海は静かだった。';

/** Suggestions by what has been written; the places at which the writer looked. */
function source(suggestions: Readonly<Record<string, readonly string[]>>) {
  const looked: string[] = [];
  const at = async (before: string) => {
    looked.push(before);
    return suggestions[before] ?? [];
  };
  return { at, looked };
}

describe('the writer looks up at each 文節 and at the beginning of each line', () => {
  test.each([
    ['nothing is suggested', {}, ['漁師は', '漁師は老いていた。', '漁師は老いていた。\n', `${TEXT.slice(0, 13)}`]],
    [
      'a suggestion is wrong',
      { 漁師は: ['立った。'] },
      ['漁師は', '漁師は老いていた。', '漁師は老いていた。\n', TEXT.slice(0, 13)],
    ],
    [
      'a whole 文節 is accepted',
      { 漁師は: ['老いていた。'] },
      ['漁師は', '漁師は老いていた。', '漁師は老いていた。\n', TEXT.slice(0, 13)],
    ],
    [
      'the first of two is accepted, and the second typed',
      { '漁師は老いていた。\n': ['　海は遠かった。'] },
      ['漁師は', '漁師は老いていた。', '漁師は老いていた。\n'],
    ],
  ])('%s', async (_, suggestions, expected) => {
    const { at, looked } = source(suggestions);
    await simulateWriting(TEXT, at);
    expect(looked).toEqual(expected);
  });
});

test('or after each character, and goes on behind what was accepted', async () => {
  const { at, looked } = source({ 漁: ['師は'] });
  const written = await simulateWriting('漁師は𠮷だ', at, 'character');
  expect(looked).toEqual(['漁', '漁師は', '漁師は𠮷']);
  expect(figuresOf(written)).toMatchObject({ suggestions: 1, accepts: 1, accepted_characters: 2 });
});

// What is suggested where; suggestions shown, accepted, key presses, characters accepted on both lines.
test.each([
  ['nothing', {}, { suggestions: 0, accepts: 0, accepted_characters: 0, keystroke_savings: 0, acceptance_rate: 0 }],
  [
    'the right 文節 once, the wrong one once',
    { 漁師は: ['老いていた。'], '漁師は老いていた。\n': ['　山は高い。'] },
    { suggestions: 2, accepts: 1, accepted_characters: 6, keystroke_savings: 5 / 19, acceptance_rate: 1 / 2 },
  ],
  [
    'two 文節 at once',
    { '漁師は老いていた。\n': ['　海は静かだった。'] },
    { suggestions: 1, accepts: 2, accepted_characters: 9, keystroke_savings: 7 / 19, mean_accepted_characters: 9 },
  ],
  [
    'the better of two, whichever comes first',
    { '漁師は老いていた。\n': ['　海は遠い。', '　海は静かだった。'] },
    { suggestions: 1, accepts: 2, accepted_characters: 9 },
  ],
])('%s', async (_, suggestions, figures) => {
  const written = await simulateWriting(TEXT, source(suggestions).at);
  expect(written.map(({ characters }) => characters)).toEqual([10, 9]);
  expect(figuresOf(written)).toMatchObject(figures);
});

test('a character beyond the basic plane is one, and so is each 文節 taken', async () => {
  const written = await simulateWriting('私は𠮷田だ。', source({ 私は: ['𠮷田だ。'] }).at);
  expect(figuresOf(written)).toMatchObject({ accepted_characters: 4, keystroke_savings: 3 / 6 });
});

test('a gain is that of one text, with an error that knows which lines it comes from', async () => {
  const before = await simulateWriting(TEXT, source({}).at);
  const after = await simulateWriting(TEXT, source({ 漁師は: ['老いていた。'] }).at);
  const gain = gainIn(before, after);
  expect(gain.keystroke_savings).toBeCloseTo(5 / 19, 12);
  expect(gain.standard_error).toBeGreaterThan(0.2);
  expect(gainIn(after, after)).toEqual({ keystroke_savings: 0, standard_error: 0 });
  expect(() => gainIn(before, after.slice(1))).toThrow(RangeError);
});
