import { describe, expect, test } from 'vitest';
import type { Manuscript, ManuscriptFile } from '../../../../src/text/manuscript/manuscript';
import { readText, reasonAgainst } from '../../../../src/text/manuscript/read-manuscript';
import { encode } from '../encoding/encode';
import { proseOf } from './prose';

const PROSE = proseOf(1, 10);

function readManuscript(file: ManuscriptFile): Manuscript {
  const read = readText(file);
  const reason = read.kind === 'prose' ? reasonAgainst(read) : undefined;
  return reason === undefined ? read : { kind: 'left-out', path: file.path, reason };
}

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('prose', () => {
  test('without markup, with line feeds', () => {
    const text = `｜灯台守《とうだいもり》は\r\n眠った。\r${PROSE}\u001A`;
    expect(readManuscript({ path: '海.txt', bytes: encode(text, 'shiftjis') ?? utf8(''), modified: 5 })).toEqual({
      kind: 'prose',
      path: '海.txt',
      text: `灯台守は\n眠った。\n${PROSE}`,
      encoding: 'shiftjis',
      markup: ['narou'],
      characters: 8 + PROSE.replace(/\s/gu, '').length,
      modified: 5,
    });
  });

  test('in the encoding that is given', () =>
    expect(
      readManuscript({ path: '海.md', bytes: encode(`# 海\n\n${PROSE}`, 'eucjp') ?? utf8(''), encoding: 'eucjp' }),
    ).toMatchObject({
      kind: 'prose',
      text: `海\n\n${PROSE}`,
      encoding: 'eucjp',
      markup: ['markdown'],
    }));
});

describe('left out', () => {
  const lines = (line: (i: number) => string, count = 40) =>
    Array.from({ length: count }, (_, i) => `${line(i)}\n`).join('');
  test.each([
    ['海.txt', { kind: 'empty' }, utf8('')],
    ['海.txt', { kind: 'empty' }, utf8(' \n　\r\n')],
    ['海.md', { kind: 'empty' }, utf8('---\ntitle: 海\n---\n<!-- あとで書く -->\n')],
    ['海.docx', { kind: 'binary', offset: 4 }, Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0])],
    [
      '海.txt',
      { kind: 'invalid-bytes', encoding: 'utf8', offset: 7, line: 2 },
      Uint8Array.from([...utf8('海は\n'), 0xff]),
    ],
    ['sea.txt', { kind: 'not-japanese' }, utf8('The old man was asleep. '.repeat(20))],
    ['海.txt', { kind: 'too-short', characters: 9, minimum: 100 }, utf8('買うもの、卵と塩。\n')],
    [
      '海.txt',
      { kind: 'generated', sign: 'log' },
      utf8(lines((i) => `2024-05-01 12:0${i % 10}:00 海の温度を測りました`)),
    ],
    ['海.txt', { kind: 'generated', sign: 'log' }, utf8(lines((i) => `12:${10 + i}\t花子\tそうですね、海は静かです`))],
    ['海.csv', { kind: 'generated', sign: 'table' }, utf8(lines((i) => `灯台${i},海,静かだった`))],
    ['海.txt', { kind: 'generated', sign: 'repeated-lines' }, utf8(lines((i) => `海は静かだった。${i % 5}`))],
    ['海.json', { kind: 'generated', sign: 'long-line' }, utf8('"t":"灯台は海に立っている","n":1234,'.repeat(300))],
  ])('%s → %j', (path, reason, bytes) =>
    expect(readManuscript({ path, bytes })).toEqual({ kind: 'left-out', path, reason }),
  );
});

describe('prose all the same', () => {
  test.each([
    ['dialogue that repeats itself', `${PROSE}${'「はい」\n「いいえ」\n'.repeat(10)}`],
    ['one paragraph of a whole chapter', proseOf(2, 500).replaceAll('\n', '')],
    ['commas in place of 、', proseOf(3, 60).replace(/は/gu, 'は,').replace(/が/gu, 'が,')],
    ['a diary', proseOf(4, 40).replace(/^/gmu, '5月1日')],
  ])('%s', (_, text) => expect(readManuscript({ path: '海.txt', bytes: utf8(text) })).toMatchObject({ kind: 'prose' }));
});
