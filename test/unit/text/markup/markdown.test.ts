import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stripMarkdown } from '../../../../src/text/markup/markdown';

describe('Markdown → prose', () => {
  test.each([
    ['a heading', '# 第一章　*灯台* #\n\n　海は静かだった。\n', '第一章　灯台\n\n　海は静かだった。\n'],
    ['a heading underlined', '灯台\n====\n\n　海\n', '灯台\n\n　海\n'],
    ['front matter', '---\ntitle: 灯台\n---\n\n　海は静かだった。\n', '　海は静かだった。\n'],
    ['front matter in TOML', '+++\ntitle = "灯台"\n+++\n　海\n', '　海\n'],
    ['no front matter', '---\n\n　海は\n\n---\n\n　空は\n', '　海は\n\n　空は\n'],
    ['emphasis', '*灯台*と**海**と***波***と~~空~~\n', '灯台と海と波と空\n'],
    ['emphasis beside brackets', '彼は**「灯台」**と言った。\n', '彼は「灯台」と言った。\n'],
    ['a link', '[灯台](https://example.com "題")と[海][1]\n\n[1]: https://example.com\n', '灯台と海\n'],
    ['addresses', '<https://example.com>と https://example.com を\n', 'と  を\n'],
    ['an image', '　海\n\n![灯台](a.png)\n\n　空\n', '　海\n\n　空\n'],
    ['a table', '　海\n\n| 名 | 歳 |\n|---|---|\n| 花 | 9 |\n\n　空\n', '　海\n\n　空\n'],
    ['a code block', '　海\n\n```js\nconst a = 1;\n\nf();\n```\n\n　空\n', '　海\n\n　空\n'],
    ['inline code', '`灯台`と言った\n', '灯台と言った\n'],
    ['a comment', '　海<!-- 直す -->は\n<!--\nメモ\n\n続き\n-->\n　空\n', '　海は\n　空\n'],
    ['a break between scenes', '　海\n\n***\n\n　空\n', '　海\n\n　空\n'],
    ['a quotation', '> 灯台\n> 海\n', '灯台\n海\n'],
    ['a list', '- 灯台\n  続き\n- 海\n\n1. 空\n', '灯台\n続き\n海\n\n空\n'],
    ['a footnote', '海[^1]は\n\n[^1]: 注\n', '海は\n'],
    ['escapes', '\\*灯台\\* &amp; &#x6d77;\n', '*灯台* & 海\n'],
    ['ruby in HTML', '<ruby>灯台<rp>(</rp><rt>とうだい</rt><rp>)</rp></ruby>と<ruby>海<rt>うみ</ruby>\n', '灯台と海\n'],
    ['prose in HTML', '<div>\n　海は\n</div>\n\n<br>\n　空は\n', '　海は\n\n　空は\n'],
  ])('%s', (_, text, prose) => expect(stripMarkdown(text)).toBe(prose));
});

describe('stays as it was typed', () => {
  test.each([
    ['　海は\n静かだった。\n\n\n　　空は\n'],
    ['\t海は\n\n    空は\n'],
    ['　　　　＊　＊　＊\n\n「海」\n「空」\n'],
    ['え~っ、そう~。\n'],
    ['［灯台］と（海）、[灯台]と(海)\n'],
    ['｜灯台《とうだい》［＃改ページ］\n'],
    ['no line end'],
    [''],
  ])('%j', (text) => expect(stripMarkdown(text)).toBe(text));

  test('any text without marks', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('海', 'あ', '。', '「', '」', '　', '\n', '！', '―', '…', '（', '＃'), {
          maxLength: 80,
        }),
        (array) => {
          expect(stripMarkdown(array.join(''))).toBe(array.join(''));
        },
      ),
    ));
});
