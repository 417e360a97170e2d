import { describe } from 'vitest';
import { restoreSpaces } from '../../../../src/text/typography/spaces';
import { golden } from './golden';

describe('the space behind ！ and ？', () =>
  golden(restoreSpaces, [
    ['彼は║', 'えっ！ そう', 'えっ！　そう'],
    ['彼は║', 'えっ！そう', 'えっ！そう'],
    ['まさか！　嘘だ。║', 'えっ！そう', 'えっ！　そう'],
    ['まさか！嘘だ。║', 'えっ！ そう', 'えっ！そう'],
    ['まさか！　嘘だ。║', 'えっ！？　そう！……', 'えっ！？　そう！……'],
    // Never before a bracket that closes.
    ['「║', 'えっ！ 」', 'えっ！」'],
    ['「║', 'えっ？　」と', 'えっ？」と'],
    ['まさか！　嘘だ。「║', 'えっ！」と', 'えっ！」と'],
    // The mark stands before the cursor.
    ['まさか！　嘘だ。えっ！║', 'そう', '　そう'],
    ['まさか！　嘘だ。えっ！║', ' そう', '　そう'],
    ['まさか！　嘘だ。えっ！　║', ' そう', 'そう'],
    ['まさか！嘘だ。えっ！║', ' そう', 'そう'],
    ['「えっ！║', ' 」と', '」と'],
    ['「えっ！ ║', '」と', '」と'],
    // Half-width marks take half-width spaces.
    ['彼は║', 'えっ! そう', 'えっ! そう'],
    ['えっ！║', '', ''],
  ]));
