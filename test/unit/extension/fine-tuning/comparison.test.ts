import { expect, test } from 'vitest';
import {
  type Comparison,
  firstUnwritten,
  withDrawn,
  withProblem,
} from '../../../../src/extension/fine-tuning/comparison';

const asked: Comparison = [{ before: '海は' }, { before: '山は' }];

test('texts are written one after the other, each before and after', () => {
  const first = withDrawn(asked, 0, { by: 'base', texts: ['青い。'] });
  expect(first).toEqual([{ before: '海は', base: ['青い。'] }, { before: '山は' }]);
  expect(firstUnwritten(first)).toBe(0);
  const second = withDrawn(first, 0, { by: 'adapter', texts: ['凪いだ。'] });
  expect(second[0]).toEqual({ before: '海は', base: ['青い。'], adapter: ['凪いだ。'] });
  expect(firstUnwritten(second)).toBe(1);
});

test('one that cannot be written is not waited for', () => {
  const failed = withProblem(withProblem(asked, 0, 'config.json: gone'), 1, 'config.json: gone');
  expect(firstUnwritten(withProblem(asked, 0, 'config.json: gone'))).toBe(1);
  expect(firstUnwritten(failed)).toBe(-1);
  expect(firstUnwritten([])).toBe(-1);
});
