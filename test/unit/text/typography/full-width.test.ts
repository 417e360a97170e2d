import { describe, expect, test } from 'vitest';
import { restoreFullWidth } from '../../../../src/text/typography/full-width';

describe('before ║ continuation → restored', () => {
  test.each([
    ['彼は║', 'えっ!', 'えっ！'],
    ['彼は║', '本当に?そうか', '本当に？そうか'],
    ['彼は║', 'だが...', 'だが…'],
    ['彼は║', '......', '……'],
    ['彼は║', '(つじつま)が', '（つじつま）が'],
    ['「えっ！」║', 'まさか!?', 'まさか！？'],
    // The space that full-width marks take behind them, but not in front of a closing bracket.
    ['彼は║', 'えっ! そう', 'えっ！　そう'],
    ['彼は║', '「えっ! 」', '「えっ！ 」'],
    // The author's habit stays, mark by mark.
    ['えっ! 彼は║', 'まさか! 本当に?', 'まさか! 本当に？'],
    ['えっ! まさか！║', 'そう!', 'そう！'],
    ['f(x)とは║', '(式)', '(式)'],
    ['彼は║', '猫がいた。', '猫がいた。'],
    ['彼は║', '', ''],
  ])('%s %s → %s', (marked, continuation, restored) =>
    expect(restoreFullWidth(continuation, marked.replace('║', ''))).toBe(restored),
  );
});
