import { describe, expect, test } from 'vitest';
import { stripMarkup } from '../../../../src/text/markup/markup';

describe('path, text → text, markup', () => {
  test.each([
    ['海.txt', '　海は静かだった。\n', '　海は静かだった。\n', []],
    ['海.txt', '# 海（うみ）《空》\n', '# 海（うみ）《空》\n', []],
    ['海.txt', '灯台《とうだい》［＃改ページ］', '灯台', ['aozora']],
    ['海.txt', '灯台《とうだい》（とう）', '灯台', ['narou']],
    ['海.txt', '灯台《とうだい》（とう）《《海》》', '灯台（とう）海', ['kakuyomu']],
    ['海.md', '# 海\n', '海\n', ['markdown']],
    ['海.MD', '# 灯台《とうだい》\n', '灯台\n', ['markdown', 'narou']],
    ['章/海.tex', '\\section{海}\n', '海\n', ['latex']],
    ['md', '# 海\n', '# 海\n', []],
  ])('%s %j → %j, %j', (path, text, prose, markup) => expect(stripMarkup(path, text)).toEqual({ text: prose, markup }));
});
