import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openMark, wholeMarks, withoutInlineMarks } from '../../../../src/text/markup/inline-marks';

test.each([
  ['老いた漁師《りょうし》は', '老いた漁師は'],
  ['｜老いた男《ろうじん》は', '老いた男は'],
  ['|老いた男《ろうじん》は', '老いた男は'],
  ['それは《《嘘》》だ', 'それは嘘だ'],
  ['男［＃「男」に傍点］と', '男と'],
  ['［＃３字下げ］一［＃「一」は中見出し］', '一'],
  ['※［＃「木＋吶のつくり」、第3水準1-85-54］の木', '枘の木'],
  // What is not closed, or no mark.
  ['漁師《りょう', '漁師《りょう'],
  ['男［＃「男', '男［＃「男'],
  ['｜老いた男', '｜老いた男'],
  ['彼は《竜の国》へ', '彼は《竜の国》へ'],
  ['| 一 | 二 |', '| 一 | 二 |'],
])('%s is read %s', (line, read) => expect(withoutInlineMarks(line)).toBe(read));

test.each([
  ['漁師《', 'ruby'],
  ['漁師《りょ', 'ruby'],
  ['それは《《', 'emphasis'],
  ['それは《《嘘', 'emphasis'],
  ['男［＃', 'note'],
  ['男［＃「男」に', 'note'],
  ['｜', 'bar'],
  ['｜老いた男', 'bar'],
  ['漁師《りょうし》は', undefined],
  ['それは《《嘘》》だ', undefined],
  ['男［＃「男」に傍点］と', undefined],
  ['｜は縦の線だ。', undefined],
  ['', undefined],
])('%j has begun %s', (line, mark) => expect(openMark(line)).toBe(mark));

// The line up to the cursor ║, a continuation, as much of it as has whole marks.
test.each([
  ['彼は║', '漁師《りょうし》だ', '漁師《りょうし》だ'],
  ['彼は║', '漁師《りょ', '漁師'],
  ['彼は║', '漁師《》だ', '漁師'],
  ['彼は║', '漁師》だ', '漁師'],
  ['彼は║', '男と｜《りょ》', '男と'],
  ['彼は║', '｜男と、女', ''],
  ['彼は║', '《《嘘》》だ', '《《嘘》》だ'],
  ['彼は║', 'や《《嘘》だ', 'や'],
  ['彼は║', '男［＃「男」に傍点］と', '男［＃「男」に傍点］と'],
  ['彼は║', '男［＃「男」に\n傍点］と', '男'],
  ['彼は║', '男［', '男'],
  ['彼は║', '男［笑］と', '男［笑］と'],
  // What the line has begun.
  ['漁師《║', '》だ', ''],
  ['漁師《り║', '》だ', '》だ'],
  ['それは《《嘘║', 'だ》》と', 'だ》》と'],
  ['それは《《嘘║', 'だ》と', ''],
  ['男［║', '＃「男」に傍点］と', '＃「男」に傍点］と'],
  ['男［║', '笑］と', '笑］と'],
  ['｜║', '男《おとこ》', '男《おとこ》'],
  ['｜║', '《おとこ》', ''],
])('%j + %j → %j', (marked, continuation, whole) =>
  expect(continuation.slice(0, wholeMarks(continuation, marked.replace('║', '')))).toBe(whole),
);

describe('whatever is written', () => {
  const marks = (maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...'漢字かな。｜《》［］＃「」\n'), maxLength });
  /** The three kinds of whole marks, and then what only a half-written one has. */
  const withoutWhole = (text: string) =>
    text.replace(/［＃[^］\n]*］|｜?《《[^《》｜［\n]+》》|《[^《》｜［\n]+》/gu, '。');

  test('what is kept behind a plain line has whole marks only, and ends where it is kept', () => {
    fc.assert(
      fc.property(marks(16), (continuation) => {
        const kept = continuation.slice(0, wholeMarks(continuation, '彼は'));
        expect(withoutWhole(kept)).not.toMatch(/[《》]|［＃|［$/u);
        expect(wholeMarks(kept, '彼は')).toBe(kept.length);
      }),
    );
  });

  test('what is kept behind any line leaves no mark open', () => {
    fc.assert(
      fc.property(marks(10), marks(16), (before, continuation) => {
        const line = before.slice(before.lastIndexOf('\n') + 1);
        const kept = continuation.slice(0, wholeMarks(continuation, line));
        if (kept !== '') expect(openMark(`${line}${kept}`.split('\n').at(-1) ?? '')).toBeUndefined();
      }),
    );
  });

  test('reading a line twice changes nothing more, unless a bar kept a bracket', () => {
    fc.assert(
      fc.property(marks(16), (text) => {
        fc.pre(!text.includes('｜《'));
        const read = withoutInlineMarks(text);
        fc.pre(!read.includes('｜《'));
        expect(withoutInlineMarks(read)).toBe(read);
      }),
    );
  });
});
