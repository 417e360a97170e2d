import { describe, expect, test } from 'vitest';
import { sentenceBoundaries } from '../../../../src/text/phrases/sentence-boundaries';
import { split } from './split';

describe('sentences', () => {
  test.each([
    '夜が明けた。/彼は起きた。',
    '「行こう。」/彼は立った。',
    '「行こう。」と彼は言った。/そして立った。',
    'まさか！と叫んだ。',
    'まさか！　/本当か？/そうか。',
    '本当か！？/嘘だ。',
    '「どちらへ？」/「そこまで」',
    '「うん」/「そうか」',
    '夜が明けた。/\n　彼は起きた。/\n\n「うん」',
    '夜が明けた/\n彼は起きた',
    '彼は',
    '',
  ])('%j', (marked) => expect(split(marked.replaceAll('/', ''), sentenceBoundaries)).toBe(marked));
});
