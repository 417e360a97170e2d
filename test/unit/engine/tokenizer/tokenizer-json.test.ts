import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckpointError } from '../../../../src/engine/checkpoint/checkpoint-error';
import { openTokenizer } from '../../../../src/engine/tokenizer/open-tokenizer';
import { readSentencePieceModel } from '../../../../src/engine/tokenizer/sentencepiece-model';
import { SentencePieceTokenizer } from '../../../../src/engine/tokenizer/sentencepiece-tokenizer';
import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizer';
import { tokenizerJson } from '../../../../src/engine/tokenizer/tokenizer-json';

const ROOT = join(import.meta.dirname, '../../../..');
const EMBEDDED = join(ROOT, 'models/tsuzuki-base-ja');
const GOLDEN: { cases: { text: string; ids: number[]; decoded: string }[] } = JSON.parse(
  readFileSync(join(ROOT, 'test/golden/embedded-tokenizer/golden.json'), 'utf8'),
);

/** Texts that transformers.js encodes as SentencePiece does: it leaves out the character map and byte fallback. */
const WITHIN_TRANSFORMERS_JS = [
  '彼は老いていた。漁師は',
  '私は今日も',
  '',
  '　吾輩は猫である。名前はまだ無い。',
  '「おい、地獄さ行ぐんだで！」',
  'ABC abc Abc',
  '行\n改行\n\n段落',
  'タブ\tとスペース  二つ',
  'ﾃﾞｰﾀﾍﾞｰｽ､ﾊﾟｲﾌﾟﾗｲﾝ｡',
  '１００㌫の確率',
  'お母さんは「ほら、御覧なさい。『月』が出ていますよ」と言いました。',
];

let scratch: string;
let written: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-tokenizer-json-'));
  const model = await readSentencePieceModel(join(EMBEDDED, 'spiece.model'));
  written = `${JSON.stringify(tokenizerJson(model, { lowerCase: true }))}\n`;
});
afterAll(() => rm(scratch, { recursive: true }));

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'folder-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

test("the embedded model's tokenizer.json is the one that is written today", async () => {
  expect((await readFile(join(EMBEDDED, 'tokenizer.json'), 'utf8')) === written).toBe(true);
});

test('encoding appends nothing: there is no post-processor', () => {
  expect(JSON.parse(written)).toMatchObject({ post_processor: null, model: { byte_fallback: true, unk_id: 0 } });
});

test('a SentencePiece model is preferred to the tokenizer.json beside it', async () => {
  const folder = await folderWith({ 'tokenizer.json': written });
  await cp(join(EMBEDDED, 'spiece.model'), join(folder, 'spiece.model'));
  expect(await openTokenizer(folder)).toBeInstanceOf(SentencePieceTokenizer);
  // Only the original encodes this as SentencePiece does.
  expect((await openTokenizer(folder)).encode('𠮷')).toEqual((await openTokenizer(EMBEDDED)).encode('𠮷'));
});

describe('a folder that brings only tokenizer.json', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await openTokenizer(await folderWith({ 'tokenizer.json': written }));
  });

  test.each(WITHIN_TRANSFORMERS_JS)('%j is encoded as SentencePiece does', (text) => {
    const golden = GOLDEN.cases.find((one) => one.text === text);
    expect(golden).toBeDefined();
    expect(tokenizer.encode(text)).toEqual(golden?.ids);
  });

  test('every golden text is decoded as SentencePiece does, byte fallback too', () => {
    for (const { ids, decoded } of GOLDEN.cases) expect(tokenizer.decode(ids)).toBe(decoded);
  });

  test('special tokens go by their usual names', () => {
    expect(tokenizer.specialIds).toEqual({ bos: 1, eos: 2, pad: 3, unk: 0 });
    expect(tokenizer.isSpecial(2)).toBe(true);
    expect(tokenizer.isSpecial(tokenizer.encode('猫').at(-1) ?? 0)).toBe(false);
    expect(tokenizer.decode([1, ...tokenizer.encode('私は'), 2])).toBe('私は');
  });

  test('pieces that go on from others are those that the SentencePiece model finds', async () => {
    const original = await openTokenizer(EMBEDDED);
    for (const text of ['彼は空を見上げ', 'しかし、その']) {
      const end = original.encode(text).slice(-1);
      expect(original.longerThan(end).length).toBeGreaterThan(0);
      expect(tokenizer.longerThan(end)).toEqual(original.longerThan(end));
    }
    expect(tokenizer.longerThan([2])).toEqual([]);
  });

  test('a token that begins with ▁ opens a line', () => {
    const ids = tokenizer.encode('彼は老いていた。');
    expect(tokenizer.pieces(ids)[0]).toMatch(/^▁/);
    expect(ids.map((id) => tokenizer.opensLine(id))).toEqual(ids.map((_, i) => i === 0));
  });
});

describe('special ids', () => {
  const strange = () => {
    const json = JSON.parse(written);
    const renamed = ['<none>', '<start>', '<end>', '<fill>'];
    json.added_tokens = [];
    renamed.forEach((name, id) => {
      json.model.vocab[id][0] = name;
    });
    return JSON.stringify(json);
  };

  test('config.json gives those that tokenizer.json does not', async () => {
    const config = JSON.stringify({ bos_token_id: 1, eos_token_id: 2 });
    const folder = await folderWith({ 'tokenizer.json': strange(), 'config.json': config });
    expect((await openTokenizer(folder)).specialIds).toMatchObject({ bos: 1, eos: 2 });
  });

  test('the names in tokenizer_config.json give those that config.json does not, or gives beyond the vocabulary', async () => {
    const names = JSON.stringify({
      tokenizer_class: 'PreTrainedTokenizerFast',
      bos_token: '<end>',
      eos_token: '<end>',
      pad_token: { __type: 'AddedToken', content: '<fill>' },
    });
    const config = JSON.stringify({ bos_token_id: 1, eos_token_id: 50256 });
    const folder = await folderWith({
      'tokenizer.json': strange(),
      'tokenizer_config.json': names,
      'config.json': config,
    });
    expect((await openTokenizer(folder)).specialIds).toMatchObject({ bos: 1, eos: 2, pad: 3 });
  });
});

test.each([
  ['no JSON', '<html>'],
  ['an empty file', ''],
  ['cut short', '{"model": {"type": "Unigram", "vocab": [["a", 0'],
  ['another format', '{"version": "1.0"}'],
])('a broken tokenizer.json: %s', async (_, content) => {
  const folder = await folderWith({ 'tokenizer.json': content });
  const error = await openTokenizer(folder).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CheckpointError);
  expect(error).toMatchObject({ code: 'tokenizer-broken', files: [join(folder, 'tokenizer.json')] });
});

const rinna = join(process.env.TSUZUKI_FIXTURES ?? '', 'rinna-tokenizer');
test.skipIf(!existsSync(join(rinna, 'spiece.model')))(
  "rinna's model, lower case, no byte fallback (needs TSUZUKI_FIXTURES)",
  async () => {
    const json = tokenizerJson(await readSentencePieceModel(join(rinna, 'spiece.model')), { lowerCase: true });
    const tokenizer = await openTokenizer(await folderWith({ 'tokenizer.json': JSON.stringify(json) }));
    const golden: typeof GOLDEN = JSON.parse(await readFile(join(rinna, 'golden.json'), 'utf8'));
    const equal = golden.cases.filter(
      ({ text, ids }) => JSON.stringify(tokenizer.encode(text)) === JSON.stringify(ids),
    );
    // transformers.js differs in an emoji sequence, in a tie, and where control pieces are spelt out.
    expect(equal).toHaveLength(197);
  },
);
