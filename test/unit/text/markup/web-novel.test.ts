import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isKakuyomu, isNarou, stripKakuyomu, stripNarou } from '../../../../src/text/markup/web-novel';

describe('小説家になろう', () => {
  test.each([
    ['｜灯台守《とうだいもり》の老人《ろうじん》', '灯台守の老人'],
    ['|灯台守(とうだいもり)の老人(ろうじん)', '灯台守の老人'],
    ['｜灯台守（とうだいもり）の老人（ロウジン）', '灯台守の老人'],
    ['｜光の塔《ライトハウス》', '光の塔'],
    // Parentheses around anything but kana, or not behind kanji, are the author's.
    ['灯台（笑）と灯台（白い塔）と灯台(light)', '灯台（笑）と灯台（白い塔）と灯台(light)'],
    ['あの灯り(たぶんそう)は', 'あの灯り(たぶんそう)は'],
    ['灯台（それがなければふねはしずむ）', '灯台（それがなければふねはしずむ）'],
    // A bar right before a bracket keeps it.
    ['灯台｜《とうだい》', '灯台《とうだい》'],
    ['灯台|(とうだい)', '灯台(とうだい)'],
    ['灯台｜（とうだい）', '灯台（とうだい）'],
    ['《灯台》と言った', '《灯台》と言った'],
    ['《《灯台》》', '《《灯台》》'],
    ['一｜二', '一｜二'],
  ])('%s → %s', (text, stripped) => expect(stripNarou(text)).toBe(stripped));
});

describe('カクヨム', () => {
  test.each([
    ['|灯台守《とうだいもり》の老人《ろうじん》', '灯台守の老人'],
    ['《《灯台》》だ', '灯台だ'],
    ['あの灯台《《だけ》》が', 'あの灯台だけが'],
    ['灯台｜《とうだい》', '灯台《とうだい》'],
    ['｜《灯台》', '《灯台》'],
    // Parentheses are no ruby here.
    ['灯台（とうだい）', '灯台（とうだい）'],
    ['《灯台》と言った', '《灯台》と言った'],
  ])('%s → %s', (text, stripped) => expect(stripKakuyomu(text)).toBe(stripped));
});

describe('whose notation it is: text, カクヨム, なろう', () => {
  test.each([
    ['《《灯台》》', true, false],
    ['灯台《とうだい》', false, true],
    ['｜ライト《灯台》', false, true],
    ['|灯台守(とうだいもり)', false, true],
    ['灯台（とうだい）', false, false],
    ['《灯台》', false, false],
    ['灯台｜海', false, false],
  ])('%s: %s, %s', (text, kakuyomu, narou) => {
    expect(isKakuyomu(text)).toBe(kakuyomu);
    expect(isNarou(text)).toBe(narou);
  });
});

describe.each([
  ['なろう', stripNarou],
  ['カクヨム', stripKakuyomu],
])('stripping %s', (_, strip) => {
  const parts = [
    '海',
    '々',
    'あ',
    'ア',
    'a',
    '。',
    '\n',
    '　',
    '《',
    '》',
    '｜',
    '|',
    '（',
    '）',
    '(',
    ')',
    '《うみ》',
    '（うみ）',
  ];
  const text = fc.array(fc.constantFrom(...parts, '｜灯台《とうだい》', '《《海》》'), { maxLength: 30 });

  // A bar that keeps a bracket is gone afterwards, so that those are left out.
  test('twice is the same as once', () =>
    fc.assert(
      fc.property(text, (array) => {
        const once = strip(array.join('').replace(/[｜|]+(?=[《（(])/gu, ''));
        expect(strip(once)).toBe(once);
      }),
      { numRuns: 2000 },
    ));

  test('leaves text without marks as it is', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (plain) => {
        const unmarked = plain.replace(/[《》｜|（）()]/gu, '');
        expect(strip(unmarked)).toBe(unmarked);
      }),
    ));
});
