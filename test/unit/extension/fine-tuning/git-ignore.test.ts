import { expect, test } from 'vitest';
import { GitIgnore } from '../../../../src/extension/fine-tuning/git-ignore';

const files = [
  { folder: '資料', text: '!年表.txt\n/下書き/\n' },
  { folder: '', text: '# comment\n*.log\n/out/\n没*.txt\n年表.txt\n/没稿/\n' },
  { folder: '没稿', text: '!*\n' },
];

test.each([
  ['本編/第一章.txt', false],
  ['没その一.txt', true],
  ['本編/没その二.txt', true],
  ['out/第一章.txt', true],
  ['本編/out/第一章.txt', false],
  ['年表.txt', true],
  // The deeper file takes it back.
  ['資料/年表.txt', false],
  ['資料/下書き/一.txt', true],
  ['下書き/一.txt', false],
  // Below a folder that is left out whole nothing can be taken back.
  ['没稿/一.txt', true],
])('%s: %s', (path, ignored) => expect(new GitIgnore(files).ignores(path)).toBe(ignored));

test('without any .gitignore nothing is left out', () => expect(new GitIgnore([]).ignores('海.txt')).toBe(false));
