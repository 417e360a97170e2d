import { expect, test } from 'vitest';
import { lastParagraph } from '../../../../src/text/manuscript/last-paragraph';

test.each([
  ['　朝だった。\n　彼は老いていた。漁師は', '　彼は老いていた。漁師は'],
  ['　朝だった。\n\n　海は静かだ。\n\n', '　海は静かだ。\n'],
  ['「行こう」\n「どこへ（港か）」\n', '「どこへ（港か）」\n'],
  ['そして――', 'そして――\n'],
  [`${'波'.repeat(400)}。`, `${'波'.repeat(299)}。\n`],
  [`${'𠮟'.repeat(400)}`, '𠮟'.repeat(300)],
  ['', ''],
])('%j ends in %j', (text, paragraph) => {
  expect(lastParagraph(text)).toBe(paragraph);
});
