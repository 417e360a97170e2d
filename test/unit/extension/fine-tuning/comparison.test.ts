import { expect, test } from 'vitest';
import {
  type Comparison,
  firstUnwritten,
  withDrawn,
  withProblem,
} from '../../../../src/extension/fine-tuning/comparison';

const asked: Comparison = [{ text: '海は' }, { text: '山は' }];

test('texts are written one after the other, each before and after', () => {
  const first = withDrawn(asked, 0, { when: 'before', texts: ['青い。'] });
  expect(first).toEqual([{ text: '海は', before: ['青い。'] }, { text: '山は' }]);
  expect(firstUnwritten(first)).toBe(0);
  const second = withDrawn(first, 0, { when: 'after', texts: ['凪いだ。'] });
  expect(second[0]).toEqual({ text: '海は', before: ['青い。'], after: ['凪いだ。'] });
  expect(firstUnwritten(second)).toBe(1);
});

test('one that cannot be written is not waited for', () => {
  const failed = withProblem(withProblem(asked, 0, 'config.json: gone'), 1, 'config.json: gone');
  expect(firstUnwritten(withProblem(asked, 0, 'config.json: gone'))).toBe(1);
  expect(firstUnwritten(failed)).toBe(-1);
  expect(firstUnwritten([])).toBe(-1);
});
