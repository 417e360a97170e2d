import { describe } from 'vitest';
import { restoreQuotation } from '../../../../src/text/typography/quotation';
import { golden } from './golden';

describe('quotations', () =>
  golden(restoreQuotation, [
    ['彼は║', '「行こう」と言った。', '「行こう」と言った。'],
    ['「彼は║', '「行こう」と言った」', '『行こう』と言った」'],
    ['彼は║', '「彼女は「行こう」と言った」', '「彼女は『行こう』と言った」'],
    ['『彼は║', '『行こう』と言った』', '「行こう」と言った』'],
    ['「行こう║', '』と言った。', '」と言った。'],
    ['『行こう║', '」と言った。', '』と言った。'],
    ['「行こう\n║', '「うん」', '「うん」'],
    // The author nests 「 in 「.
    ['「彼は「行く」と言った」\n「彼は║', '「来る」と', '「来る」と'],
    // What closes nothing is left.
    ['彼は║', '行った」', '行った」'],
    ['「║', '', ''],
  ]));
