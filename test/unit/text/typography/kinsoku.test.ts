import { describe } from 'vitest';
import { keepKinsoku } from '../../../../src/text/typography/kinsoku';
import { golden } from './golden';

describe('禁則', () =>
  golden(keepKinsoku, [
    // No opening bracket at the end.
    ['彼は║', '言った。「', '言った。'],
    ['彼は║', '言った。\n「『', '言った。'],
    ['彼は║', '言った（ ', '言った'],
    ['彼は║', '「', ''],
    ['彼は║', '「行こう', '「行こう'],
    // At the beginning nothing that fits nothing.
    ['「行こう║', '」と言った。', '」と言った。'],
    ['彼は行った║', '」と言った。', 'と言った。'],
    ['「行こう（今║', '」）', '）'],
    ['行った。║', '。そして', 'そして'],
    ['行った║', '。そして', '。そして'],
    ['「║', '、そして', 'そして'],
    ['行った。\n║', '、そして', 'そして'],
    ['スー║', 'ー', 'ー'],
    ['時║', '々は', '々は'],
    ['行った。║', '々は', 'は'],
    ['彼は║', '', ''],
  ]));
