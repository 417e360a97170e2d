import { expect, test } from 'vitest';
import { excludedBy } from '../../../../src/extension/fine-tuning/excluded';

const excluded = excludedBy(['**/{README,LICENSE,CHANGELOG}*', '**/没', '資料/*.md']);

test.each([
  ['海.txt', false],
  ['README.md', true],
  ['本編/readme.ja.md', true],
  ['License', true],
  ['没/一.txt', true],
  ['本編/没/一/二.txt', true],
  ['本編/没落.txt', false],
  ['資料/年表.md', true],
  ['本編/資料/年表.md', false],
])('%s: %s', (path, expected) => expect(excluded(path)).toBe(expected));

test('no globs, nothing excluded', () => expect(excludedBy([])('README.md')).toBe(false));
