import { describe, expect, test } from 'vitest';
import { restoreTypography } from '../../../../src/text/typography/restore-typography';

describe('what a model can write it has meant', () => {
  const nothing = new Set<string>();
  test.each([
    // A character model knows both widths and both spaces.
    ['彼は', '田中 太郎と', '田中 太郎と'],
    ['彼は', 'えっ!', 'えっ!'],
    ['彼は', '立った。\n夜だった。', '立った。\n夜だった。'],
    // The document's own habit still holds.
    ['えっ！　彼は', 'まさか!', 'まさか！'],
  ])('%j %j → %j', (before, written, restored) => {
    expect(restoreTypography(written, before, nothing)).toBe(restored);
  });

  test.each([
    ['彼は', '田中 太郎と', '田中　太郎と'],
    ['彼は', 'えっ!', 'えっ！'],
    ['彼は', '立った。 夜だった。', '立った。\n夜だった。'],
  ])('what it cannot write is put back: %j %j → %j', (before, written, restored) => {
    expect(restoreTypography(written, before, new Set(['\n', '　', '！']))).toBe(restored);
  });
});
