import { expect, test } from 'vitest';
import { partPattern } from '../../../src/extension/part-pattern';

const ALTERNATIVES = [
  { part: '海へ', rest: '出た。' },
  { part: '海へ出ようと', rest: 'した。' },
  { part: '（え？）', rest: '' },
  { part: '\n　彼は', rest: '笑った。' },
];

// What is drawn, and how much of it is the first word.
test.each([
  ['海へ出た。', '海へ'],
  ['海へ出ようとした。', '海へ出ようと'],
  ['（え？）', '（え？）'],
  ['\r\n　彼は笑った。', '\r\n　彼は'],
  ['\n　彼は笑った。', '\n　彼は'],
  // Another extension's.
  ['海へ、そして山へ。', '海へ、'],
])('%j → %j', (drawn, word) => expect(partPattern(ALTERNATIVES).exec(drawn)?.[0]).toBe(word));

test('is never empty, which the editor refuses', () => {
  expect(partPattern(ALTERNATIVES).exec('')).toBeNull();
});
