import { describe, expect, test } from 'vitest';
import { isJapanese, isLineEnd } from '../../../src/text/japanese';

describe('is Japanese', () => {
  test.each([
    ['彼は老いていた。', true],
    ['カタカナ', true],
    ['# 見出し\n\n今日は`npm test`を走らせる。', true],
    ['　　あ', true],
    ['The old man and the sea', false],
    ['老人与海', false],
    ['', false],
    [' \n　', false],
    ['const title = "あ"; // all the rest is code and more code', false],
    ['𠮷野家で𩸽を食べた', true],
  ])('%j: %s', (text, expected) => expect(isJapanese(text)).toBe(expected));
});

describe('the line ends at ║', () => {
  test.each([
    ['彼は║', true],
    ['彼は║  ', true],
    ['彼は║\u3000', true],
    ['「彼は║」', true],
    ['『「彼は║」』', true],
    ['（彼は║）', true],
    ['「彼は║」　', true],
    ['彼は║老いていた', false],
    ['「彼は║」と', false],
    ['彼は║。', true],
    ['「彼は║。」', true],
    ['彼は║、', false],
    ['彼は║「', false],
  ])('%s: %s', (marked, expected) => expect(isLineEnd(marked.slice(marked.indexOf('║') + 1))).toBe(expected));
});
