import { describe } from 'vitest';
import { restoreFullWidth } from '../../../../src/text/typography/full-width';
import { golden } from './golden';

describe('full-width marks', () =>
  golden(restoreFullWidth, [
    ['彼は║', 'えっ!', 'えっ！'],
    ['彼は║', '本当に?そうか', '本当に？そうか'],
    ['彼は║', 'だが...', 'だが…'],
    ['彼は║', '......', '……'],
    ['彼は║', '(つじつま)が', '（つじつま）が'],
    ['「えっ！」║', 'まさか!?', 'まさか！？'],
    // The author's habit stays, mark by mark.
    ['えっ! 彼は║', 'まさか! 本当に?', 'まさか! 本当に？'],
    ['えっ! まさか！║', 'そう!', 'そう！'],
    ['f(x)とは║', '(式)', '(式)'],
    // Marks that prose may want half-width follow the document alone.
    ['彼は║', '3:0で勝ち', '3:0で勝ち'],
    ['第一章：海へ。彼は║', '言った:海だ', '言った：海だ'],
    ['わあ～。彼は║', 'ね~', 'ね～'],
    ['５０％か50%か║', '10%', '10%'],
    ['彼は║', '猫がいた。', '猫がいた。'],
    ['彼は║', '', ''],
  ]));
