import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckpointError } from '../../../../src/engine/checkpoint/checkpoint-error';
import { openTokenizer } from '../../../../src/engine/tokenizer/open-tokenizer';
import { readSentencePieceModel } from '../../../../src/engine/tokenizer/sentencepiece-model';
import { SentencePieceTokenizer } from '../../../../src/engine/tokenizer/sentencepiece-tokenizer';
import { StreamingDecoder } from '../../../../src/engine/tokenizer/streaming-decoder';
import { encodeLines, type Tokenizer } from '../../../../src/engine/tokenizer/tokenizer';

const ROOT = join(import.meta.dirname, '../../../..');
const EMBEDDED = join(ROOT, 'models/tsuzuki-base-ja');

interface Case {
  readonly text: string;
  readonly ids: readonly number[];
  readonly pieces?: readonly string[];
  readonly decoded: string;
}

function cases(file: string): Case[] {
  return JSON.parse(readFileSync(file, 'utf8')).cases;
}

describe('the embedded tokenizer', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await openTokenizer(EMBEDDED);
  });

  test.each(cases(join(ROOT, 'test/golden/embedded-tokenizer/golden.json')))(
    '$text',
    ({ text, ids, pieces, decoded }) => {
      const encoded = tokenizer.encode(text);
      expect({ ids: encoded, pieces: tokenizer.pieces(encoded), decoded: tokenizer.decode(ids) }).toEqual({
        ids,
        pieces,
        decoded,
      });
    },
  );

  test('lines are segments, blank ones are dropped', () => {
    expect(encodeLines(tokenizer, '　私は\r\n\n今日も ')).toEqual([
      ...tokenizer.encode('私は'),
      ...tokenizer.encode('今日も'),
    ]);
  });

  test('control pieces are never matched in text', () => {
    expect(tokenizer.encode('</s>')).not.toContain(tokenizer.specialIds.eos);
  });

  test('a character of several bytes is said only when it is complete', () => {
    const ids = tokenizer.encode('猫𩸽');
    const decoder = new StreamingDecoder(tokenizer, []);
    const said = ids.map((id) => {
      decoder.push(id);
      return decoder.text;
    });
    expect(said.at(-1)).toBe('猫𩸽');
    expect(said.join('')).not.toContain('\uFFFD');
  });
});

const rinna = join(process.env.TSUZUKI_FIXTURES ?? '', 'rinna-tokenizer');
describe.skipIf(!existsSync(join(rinna, 'golden.json')))("rinna's tokenizer (needs TSUZUKI_FIXTURES)", () => {
  test('all 200 texts: ids and decoded text', async () => {
    const file = join(rinna, 'spiece.model');
    const tokenizer = new SentencePieceTokenizer(await readSentencePieceModel(file), { file, lowerCase: true });
    const golden = cases(join(rinna, 'golden.json'));
    expect(golden).toHaveLength(200);
    for (const { text, ids, decoded } of golden) {
      expect({ text, ids: tokenizer.encode(text), decoded: tokenizer.decode(ids) }).toEqual({ text, ids, decoded });
    }
  });
});

describe('a broken spiece.model', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tsuzuki-tokenizer-'));
    await cp(join(EMBEDDED, 'spiece.model'), join(folder, 'spiece.model'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ['empty', (_: Buffer) => Buffer.alloc(0)],
    ['cut in the vocabulary', (whole: Buffer) => whole.subarray(0, 100_000)],
    ['cut in the character map', (whole: Buffer) => whole.subarray(0, whole.length - 50_000)],
    ['zeros', (_: Buffer) => Buffer.alloc(1000)],
    ['text', (_: Buffer) => Buffer.from('<html>not found</html>')],
  ])('%s', async (_, damage) => {
    const file = join(folder, 'spiece.model');
    await writeFile(file, damage(await readFile(join(EMBEDDED, 'spiece.model'))));
    const error = await openTokenizer(folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error).toMatchObject({ code: 'tokenizer-broken', files: [file] });
  });
});
