import { expect, test } from 'vitest';
import { TypingRhythm } from '../../../src/server/typing-rhythm';

/** The wait after each keystroke, for a model that takes `answerMs`. */
function waits(answerMs: number, gaps: readonly number[]): number[] {
  const rhythm = new TypingRhythm();
  rhythm.answered(answerMs);
  let now = 0;
  return [0, ...gaps].map((gap) => {
    now += gap;
    return rhythm.typed(now);
  });
}

test.each([
  ['a fast model is asked at every keystroke', 30, [100, 90, 110], [0, 0, 0, 0]],
  ['a slow one when the keystrokes stop', 400, [80, 80, 80], [0, 100, 100, 100]],
  ['nobody waits long who types slowly', 400, [400, 400], [0, 150, 150]],
  ['the first keystroke after a pause waits for nothing', 400, [80, 80, 3000], [0, 100, 100, 0]],
  ['one odd gap does not change the pace', 400, [80, 80, 80, 600, 80], [0, 100, 100, 100, 100, 100]],
])('%s', (_, answerMs, gaps, expected) => expect(waits(answerMs, gaps)).toEqual(expected));

test('before the model has ever answered it is asked at once', () => {
  const rhythm = new TypingRhythm();
  expect([rhythm.typed(0), rhythm.typed(90)]).toEqual([0, 0]);
});

test('a model that gets slower is given more time', () => {
  const rhythm = new TypingRhythm();
  rhythm.typed(0);
  rhythm.answered(20);
  expect(rhythm.typed(100)).toBe(0);
  rhythm.answered(300);
  expect(rhythm.typed(200)).toBe(125);
});
