import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { phraseBoundaries } from '../../../../src/text/phrases/phrase-boundaries';
import { split } from './split';

describe('文節', () => {
  test.each([
    '彼女は/静かに/窓を/開けた。',
    '時々、/父の/ことを/思い出す。',
    // Marks stay with the word before them, opening brackets with the one behind.
    '「おはよう」と/母が/言った。',
    '「え？　/そんな/こと、/誰が/言ったの？」',
    '『「そうか」と/彼は/笑った』と/彼女は/書いた。',
    '彼は……/いや、/なんでもない。',
    '――そうか、/あいつは/死んだ。',
    '「います」――/探偵は/静かに/そう/告げた。',
    // Ruby is read over, and never parted from its word.
    '漁師《りょうし》は/網を/引いた。',
    '老いた/｜東雲《しののめ》の/空が/白む。',
    // Adjectives before nouns, and becoming.
    '低い/声で/歌った。',
    '俺は/長い/息を/吐いた。',
    '夜が/白く/なった。',
    '「もう/泣くなって」',
    // A line break and the indentation behind it begin the next one.
    '夜が/明けた。/\n　彼は/起きた。',
    '　彼は/起きた。',
    // Outside the basic plane.
    '𠮷野家で/𩸽を/食べた。',
    '彼',
    '',
  ])('%j', (marked) => expect(split(marked.replaceAll('/', ''), phraseBoundaries)).toBe(marked));

  it('part any text without losing or adding anything, never inside a character', () => {
    const prose = fc.string({ unit: fc.constantFrom(...'彼は、。「」《》｜…―！　 \n々𠮷いくなるaA1'), maxLength: 40 });
    fc.assert(
      fc.property(prose, (text) => {
        const boundaries = phraseBoundaries(text);
        expect([...new Set(boundaries)].sort((a, b) => a - b)).toEqual(boundaries);
        for (const index of boundaries) {
          expect(index).toBeGreaterThan(0);
          expect(index).toBeLessThan(text.length);
          expect(text.charCodeAt(index) & 0xfc00).not.toBe(0xdc00);
        }
      }),
    );
  });
});
