import { expect, test } from 'vitest';
import { AnswerPace } from '../../../src/server/answer-pace';

test.each([
  ['too few answers say nothing', [9000, 9000, 9000, 9000], undefined],
  ['most of them slow', [9000, 100, 4000, 5000, 100], 4000],
  ['most of them fast', [9000, 100, 9000, 200, 300], undefined],
  ['only the last five count', [9000, 9000, 9000, 9000, 9000, 100, 100, 100], undefined],
])('%s', (_, answers, expected) => {
  const pace = new AnswerPace();
  for (const ms of answers) pace.record(ms);
  expect(pace.slowMs).toBe(expected);
});
