import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckpointError } from '../../../../src/engine/checkpoint/checkpoint-error';
import { words } from '../../../../src/engine/tokenizer/byte-level';
import { ByteLevelTokenizer } from '../../../../src/engine/tokenizer/byte-level-tokenizer';
import { openTokenizer } from '../../../../src/engine/tokenizer/open-tokenizer';
import { NO_SPECIAL_TOKENS } from '../../../../src/engine/tokenizer/special-tokens';
import { StreamingDecoder } from '../../../../src/engine/tokenizer/streaming-decoder';
import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizer';

const GOLDEN = join(import.meta.dirname, '../../../golden/tokenizers');

interface Case {
  readonly text: string;
  readonly ids: readonly number[];
  readonly pieces: readonly string[];
  readonly decoded: string;
}

function cases(name: string): Case[] {
  return JSON.parse(readFileSync(join(GOLDEN, name, 'golden.json'), 'utf8')).cases;
}

/** Texts that spell out special tokens: for the library they are tokens, here they are text. */
const isPlain = ({ text }: Case) => !text.includes('<s>') && !text.includes('</s>');

/** The text as UTF-8 can write it. */
const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-byte-level-'));
});
afterAll(() => rm(scratch, { recursive: true }));

async function folderWith(files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'folder-'));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

test.each([
  ['', []],
  ["It's the year 2024!", ['It', "'s", ' the', ' year', ' 2024', '!']],
  ['a  b', ['a', ' ', ' b']],
  ['a b  ', ['a', ' b', '  ']],
  ['　吾輩は猫である。', ['　', '吾輩は猫である', '。']],
  ['「行くか」\n', ['「', '行くか', '」', '\n']],
  ['a\u0085\u001c\ufeffb', ['a', '\u0085', '\u001c\ufeff', 'b']],
])('the words of %j', (text, expected) => {
  expect(words(text)).toEqual(expected);
});

describe('vocab.json and merges.txt', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await openTokenizer(join(GOLDEN, 'byte-level-bpe'));
  });

  test.each(cases('byte-level-bpe').filter(isPlain))('$text', ({ text, ids, pieces, decoded }) => {
    const encoded = tokenizer.encode(text);
    expect({ ids: encoded, pieces: tokenizer.pieces(encoded), decoded: tokenizer.decode(ids) }).toEqual({
      ids,
      pieces,
      decoded,
    });
  });

  test.each([
    ['って', ['っていた', 'っている']],
    ['い', ['いた', 'いて', 'いる']],
    ['a', []],
  ])('pieces that begin with %s and go on', (text, expected) => {
    const longer = tokenizer.longerThan(tokenizer.encode(text));
    expect(longer.map((id) => tokenizer.decode([id]))).toEqual(expected);
  });

  test('pieces that begin with two that spell a character, and go on, are whole characters or parts of them', () => {
    const [first = -1, second = -1] = tokenizer.encode('老');
    const longer = tokenizer.longerThan([first, second]).map((id) => tokenizer.decode([id]));
    expect(longer).toEqual(['老\ufffd', '老婆', '老婆は', '老婆が']);
  });

  test('special ids are those of config.json', () => {
    expect(tokenizer.specialIds).toEqual({ bos: 0, eos: 0, pad: undefined, unk: 0 });
    expect(tokenizer.isSpecial(0)).toBe(true);
    expect(tokenizer.decode([0, ...tokenizer.encode('猫'), 0])).toBe('猫');
  });

  test('special tokens that a text spells out are text', () => {
    const ids = tokenizer.encode('終わり<|endoftext|>');
    expect(ids).not.toContain(0);
    expect(tokenizer.decode(ids)).toBe('終わり<|endoftext|>');
  });

  test('any text is decoded as it was; half a surrogate pair is no text', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(wellFormed(text));
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const text = String.fromCharCode(...units);
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(wellFormed(text));
      }),
    );
  });

  test('tokens in any order are decoded, and never change what was said', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: tokenizer.vocabularySize + 5 })), (ids) => {
        const decoder = new StreamingDecoder(tokenizer, []);
        let said = '';
        for (const id of ids) {
          decoder.push(id);
          expect(decoder.text.startsWith(said)).toBe(true);
          said = decoder.text;
        }
        decoder.flush();
        expect(decoder.text).toBe(tokenizer.decode(ids));
      }),
    );
  });

  test('half a character is not said', () => {
    const ids = tokenizer.encode('猫𩸽');
    expect(ids.length).toBeGreaterThan(2);
    const decoder = new StreamingDecoder(tokenizer, tokenizer.encode('魚。'));
    const said = ids.map((id) => {
      decoder.push(id);
      return decoder.text;
    });
    expect(said.at(-1)).toBe('猫𩸽');
    expect(said.join('')).not.toContain('\uFFFD');
  });

  test('only a line feed opens a line, and the beginning of a text shows nothing of it', () => {
    const ids = tokenizer.encode('海\n山');
    expect(ids.map((id) => tokenizer.opensLine(id)).filter((opens) => opens)).toHaveLength(1);
    expect(tokenizer.marksLines).toBe(false);
  });

  test('a line of fifty thousand characters, one word', () => {
    const text = '下人は雨やみを待っていた'.repeat(4_000);
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });
});

describe('a vocabulary of characters without a space', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await openTokenizer(join(GOLDEN, 'character-bpe'));
  });

  // What the library cannot write it leaves out; here it is [UNK].
  const written = cases('character-bpe').filter((one) => isPlain(one) && one.decoded === one.text);
  test.each(written)('$text', ({ text, ids, pieces }) => {
    const encoded = tokenizer.encode(text);
    expect({ ids: encoded, pieces: tokenizer.pieces(encoded) }).toEqual({ ids, pieces });
    expect(tokenizer.decode(encoded)).toBe(text);
  });

  test('a character is a token', () => {
    expect(tokenizer.encode('下人が雨に')).toHaveLength(5);
  });

  test('a space is written as U+3000', () => {
    expect(tokenizer.encode('下人 雨')).toEqual(tokenizer.encode('下人　雨'));
    expect(tokenizer.decode(tokenizer.encode('下人 雨'))).toBe('下人　雨');
  });

  test('bytes that it does not have are [UNK]', () => {
    expect(tokenizer.encode('\u0001')).toEqual([tokenizer.specialIds.unk]);
    expect(tokenizer.decode(tokenizer.encode('雨\u0001'))).toBe('雨');
  });

  test('special ids are those of config.json and special_tokens_map.json', async () => {
    expect(tokenizer.specialIds).toEqual({ bos: 0, eos: 1, pad: 2, unk: 3 });
    expect([0, 1, 2, 3, 4].map((id) => tokenizer.isSpecial(id))).toEqual([true, true, true, true, false]);
    const folder = await mkdtemp(join(scratch, 'folder-'));
    await cp(join(GOLDEN, 'character-bpe'), folder, { recursive: true });
    await writeFile(join(folder, 'config.json'), JSON.stringify({ bos_token_id: 10, eos_token_id: 11 }));
    expect((await openTokenizer(folder)).specialIds).toEqual({ bos: 10, eos: 11, pad: 2, unk: 3 });
  });
});

describe('other files', () => {
  const vocab = { a: 0, b: 1, Ġ: 2, ab: 3, Ġab: 4, '<|endoftext|>': 5 };
  const merges = ['a b', 'Ġ ab'];
  const json = (more: object = {}, preTokenizer: object = {}) => ({
    added_tokens: [{ id: 5, content: '<|endoftext|>', special: true, single_word: false }],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true, ...preTokenizer },
    post_processor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges,
      ...more,
    },
  });

  test('a tokenizer.json of byte-level BPE is the same tokenizer', async () => {
    for (const pairs of [merges, merges.map((pair) => pair.split(' '))]) {
      const tokenizer = await openTokenizer(await folderWith({ 'tokenizer.json': json({ merges: pairs }) }));
      expect(tokenizer).toBeInstanceOf(ByteLevelTokenizer);
      expect(tokenizer.encode('ab abb')).toEqual([3, 4, 1]);
      expect(tokenizer.specialIds).toEqual({ bos: 5, eos: 5, pad: undefined, unk: 5 });
    }
  });

  test('a space before the text, where it wants one', async () => {
    const folder = await folderWith({ 'tokenizer.json': json({}, { add_prefix_space: true }) });
    const tokenizer = await openTokenizer(folder);
    expect(tokenizer.encode('ab ab')).toEqual([4, 4]);
    expect(tokenizer.encode(' ab')).toEqual([4]);
    const files = await folderWith({
      'vocab.json': vocab,
      'merges.txt': '#version: 0.2\r\na b\r\nĠ ab\r\n',
      'tokenizer_config.json': { add_prefix_space: true },
    });
    expect((await openTokenizer(files)).encode('ab ab')).toEqual([4, 4]);
  });

  test('a piece of text stays text, whatever config.json calls it', async () => {
    const config = { bos_token_id: 5, eos_token_id: 5, pad_token_id: 0 };
    const tokenizer = await openTokenizer(await folderWith({ 'tokenizer.json': json(), 'config.json': config }));
    expect(tokenizer.specialIds).toMatchObject({ bos: 5, eos: 5, pad: 0 });
    expect([0, 5].map((id) => tokenizer.isSpecial(id))).toEqual([false, true]);
    expect(tokenizer.decode([0, 5, 1])).toBe('ab');
  });

  test('a tokenizer.json of another kind of BPE is left to the library', async () => {
    const folder = await folderWith({ 'tokenizer.json': json({ ignore_merges: true }) });
    const tokenizer = await openTokenizer(folder);
    expect(tokenizer).not.toBeInstanceOf(ByteLevelTokenizer);
    expect(tokenizer.decode(tokenizer.encode('ab ab'))).toBe('ab ab');
  });

  test('tokens that were added and are text', async () => {
    const folder = await folderWith({
      'vocab.json': vocab,
      'merges.txt': 'a b\n',
      'added_tokens.json': { '（笑）': 6, '（笑': 7 },
      'tokenizer_config.json': {
        added_tokens_decoder: { 8: { content: '<sep>', special: true }, x: { content: 'x' } },
      },
    });
    const tokenizer = await openTokenizer(folder);
    expect(tokenizer.encode('ab（笑）b（笑ab')).toEqual([3, 6, 1, 7, 3]);
    expect(tokenizer.decode([3, 6, 1, 7, 8, 3])).toBe('ab（笑）b（笑ab');
    expect(tokenizer.isSpecial(8)).toBe(true);
    expect(tokenizer.vocabularySize).toBe(9);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['no merges.txt', { 'vocab.json': vocab }, 'merges.txt'],
    ['a merge of what is no piece', { 'vocab.json': vocab, 'merges.txt': 'a c\n' }, 'vocab.json'],
    ['a line that is no pair', { 'vocab.json': vocab, 'merges.txt': 'a b\nab\n' }, 'merges.txt'],
    ['three on a line', { 'vocab.json': vocab, 'merges.txt': 'a b a\n' }, 'merges.txt'],
    ['vocab.json is a page', { 'vocab.json': '<html>', 'merges.txt': '' }, 'vocab.json'],
    ['a gigantic id', { 'vocab.json': { a: 4e9 }, 'merges.txt': '' }, 'vocab.json'],
    ['a negative id', { 'vocab.json': { a: -1 }, 'merges.txt': '' }, 'vocab.json'],
    ['a gigantic id in tokenizer.json', { 'tokenizer.json': json({ vocab: { a: 4e9 } }) }, 'tokenizer.json'],
  ])('%s', async (_, files, at) => {
    const folder = await folderWith(files);
    const error = await openTokenizer(folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error).toMatchObject({ files: [join(folder, at)] });
  });
});

test.each([
  ['aaa', [1, 0]],
  ['aaaa', [2]],
  ['aaaaaaa', [2, 1, 0]],
  ['baab', [3, 1, 3]],
])('%s: equal ranks are merged from the left', (text, expected) => {
  const ids = new Map(['a', 'aa', 'aaaa', 'b', 'ab'].map((piece, id) => [piece, id]));
  const merges = [
    ['a', 'a'],
    ['aa', 'aa'],
    ['a', 'b'],
  ] as const;
  expect(
    new ByteLevelTokenizer({ ids, merges, added: [], addPrefixSpace: false }, NO_SPECIAL_TOKENS).encode(text),
  ).toEqual(expected);
});
