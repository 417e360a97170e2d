import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restoreTypography } from '../../../../src/text/typography/restore-typography';
import { golden } from './golden';

describe('the typography of the document', () => {
  golden(restoreTypography, [
    ['　――まさか！　彼は……║', 'え?そう... 「ほんと! 」「', 'え？　そう……\n「ほんと！」'],
    ['　１人だった。\n║', '2人か! (嘘だ)', '　２人か！　（嘘だ）'],
    ['A man. 彼は║', '(笑)と言った', '（笑）と言った'],
    ['彼は║', '猫がいた。', '猫がいた。'],
  ]);

  it('touches marks, spaces and widths alone, whatever the document and the continuation are', () => {
    const prose = fc.string({
      unit: fc.constantFrom(...'彼は。、！？!?…―「」『』（）　 \n12１２aＡ々・ー'),
      maxLength: 24,
    });
    fc.assert(
      fc.property(prose, prose, (before, continuation) => {
        const restored = restoreTypography(continuation, before);
        const visible = (text: string) => text.replace(/[\s\p{P}\p{S}ー々]/gu, '').normalize('NFKC');
        expect(visible(restored)).toBe(visible(continuation));
      }),
    );
  });
});
