import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PromptBuilder } from '../../../../src/engine/inference/prompt';
import { openTokenizer } from '../../../../src/engine/tokenizer/open-tokenizer';
import { encodeLines } from '../../../../src/engine/tokenizer/tokenizer';
import { tokenizerCard, unwritableMarks } from '../../../../src/engine/tokenizer/tokenizer-card';
import { LOST_TO_NFKC } from '../../../../src/text/typography/full-width';
import { hasRinnaFixtures, RINNA_FIXTURES } from '../../../rinna-model';

const ROOT = join(import.meta.dirname, '../../../..');
const EMBEDDED = join(ROOT, 'models/tsuzuki-base-ja');
const tokenizerNamed = (name: string) => openTokenizer(join(ROOT, 'test/golden/tokenizers', name));

const ITSELF = { kind: 'itself' };

test('the embedded model: lines are segments, marks lose their width, and bytes write what has no piece', async () => {
  const card = tokenizerCard(await openTokenizer(EMBEDDED));
  expect(card.lines).toBe('segments');
  expect(card.marks).toMatchObject({
    '\n': { kind: 'as', text: ' ' },
    '　': { kind: 'as', text: ' ' },
    '！': { kind: 'as', text: '!' },
    '…': { kind: 'as', text: '...' },
    '１': { kind: 'as', text: '1' },
    A: { kind: 'as', text: 'a' },
    '「': ITSELF,
    々: ITSELF,
    '―': ITSELF,
  });
  expect(card.scripts.map(({ script, writable, of }) => [script, writable, of])).toEqual([
    ['hiragana', 83, 83],
    ['katakana', 86, 86],
    ['kanji of JIS level 1', 2965, 2965],
    ['kanji of JIS level 2', 3390, 3390],
  ]);
});

test('GPT-2: every character comes back as it went in', async () => {
  const tokenizer = await tokenizerNamed('byte-level-bpe');
  const card = tokenizerCard(tokenizer);
  expect(card.lines).toBe('line feed');
  expect(new Set(Object.values(card.marks).map(({ kind }) => kind))).toEqual(new Set(['itself']));
  expect(unwritableMarks(tokenizer)).toEqual(new Set());
});

test('a vocabulary of characters: a space comes back as U+3000', async () => {
  expect(tokenizerCard(await tokenizerNamed('character-bpe')).marks).toMatchObject({
    ' ': { kind: 'as', text: '　' },
    '　': ITSELF,
    '！': ITSELF,
    '…': ITSELF,
  });
});

test.skipIf(!hasRinnaFixtures)("rinna's: no 〻 and not every kanji (needs TSUZUKI_FIXTURES)", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tsuzuki-card-'));
  await copyFile(join(RINNA_FIXTURES, 'spiece.model'), join(folder, 'spiece.model'));
  const tokenizer = await openTokenizer(folder);
  await rm(folder, { recursive: true });
  const card = tokenizerCard(tokenizer);
  expect(card.lines).toBe('segments');
  expect(card.marks).toMatchObject({ '\n': { kind: 'as', text: ' ' }, '？': { kind: 'as', text: '?' }, 々: ITSELF });
  const level2 = card.scripts.find(({ script }) => script === 'kanji of JIS level 2');
  expect(level2?.of).toBe(3390);
  expect(level2?.writable).toBeLessThan(3390);
  expect(level2?.missing).not.toBe('');
});

test('what is put back for the embedded model is what its card says', async () => {
  const unwritable = unwritableMarks(await openTokenizer(EMBEDDED));
  expect([...LOST_TO_NFKC].filter((mark) => !unwritable.has(mark))).toEqual([]);
});

describe('lines in a prompt', () => {
  const text = '朝だった。\n\n　海は';

  test('have a line feed between them where the vocabulary has one', async () => {
    const tokenizer = await tokenizerNamed('byte-level-bpe');
    const expected = tokenizer.encode('朝だった。\n海は');
    expect(encodeLines(tokenizer, text)).toEqual(expected);
    expect(new PromptBuilder(tokenizer).build(text, 200)).toEqual({ ids: expected, opensLine: false });
  });

  test('which ends a prompt whose cursor stands on a new line', async () => {
    const tokenizer = await tokenizerNamed('byte-level-bpe');
    expect(new PromptBuilder(tokenizer).build('朝だった。\n', 200)).toEqual({
      ids: tokenizer.encode('朝だった。\n'),
      opensLine: true,
    });
  });

  test('are segments otherwise', async () => {
    const tokenizer = await openTokenizer(EMBEDDED);
    expect(encodeLines(tokenizer, text)).toEqual([...tokenizer.encode('朝だった。'), ...tokenizer.encode('海は')]);
  });
});
