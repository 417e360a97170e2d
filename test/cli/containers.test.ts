import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeByteLevelModel } from '../byte-level-model';
import { ROOT } from '../server/language-client';
import { json, tsuzuki } from './run-command';

const GOLDEN = join(ROOT, 'test/golden');
const TOKENIZERS = join(GOLDEN, 'tokenizers');

interface Tokens {
  readonly ids: readonly number[];
  readonly pieces: readonly string[];
  readonly decoded: string;
}

interface Completion {
  readonly sequences: readonly { readonly text: string; readonly ids: readonly number[] }[];
}

let scratch: string;
let model: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-containers-'));
  model = join(scratch, 'model');
  await writeByteLevelModel(model);
});
afterAll(() => rm(scratch, { recursive: true }));

test('a folder of pytorch_model.bin, vocab.json and merges.txt is continued as one of model.safetensors', async () => {
  const safetensors = join(scratch, 'safetensors');
  await writeByteLevelModel(safetensors);
  await rm(join(safetensors, 'pytorch_model.bin'));
  await copyFile(join(GOLDEN, 'gpt2-tiny/model.safetensors'), join(safetensors, 'model.safetensors'));
  const complete = (folder: string) =>
    json<Completion>(['complete', '--model', folder, '--prompt', '下人は', '--seed', '1', '--max-new-tokens', '20']);
  const { sequences } = await complete(model);
  expect((await complete(safetensors)).sequences).toEqual(sequences);
  expect(sequences[0]?.ids).toHaveLength(20);
});

test.each(['int8', 'int4', 'fp32'])('in %s', async (dtype) => {
  const options = ['--dtype', dtype, '--temperature', '0', '--max-new-tokens', '4'];
  const { code, stdout } = await tsuzuki(['complete', '--model', model, '--prompt', '下人は', ...options]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^下人は/);
});

test('tokenize with byte-level pieces, half characters among them', async () => {
  const { ids, pieces, decoded } = await json<Tokens>(['tokenize', '--model', model, '--text', '下人は𩸽を']);
  expect(decoded).toBe('下人は𩸽を');
  expect(pieces.length).toBe(ids.length);
  expect(pieces).toContain('ð');
});

test('tokenize with a vocabulary of characters: a space is U+3000', async () => {
  const { decoded } = await json<Tokens>([
    'tokenize',
    '--model',
    join(TOKENIZERS, 'character-bpe'),
    '--text',
    '下人 雨',
  ]);
  expect(decoded).toBe('下人　雨');
});

test('tokenize with a BPE model of SentencePiece', async () => {
  const folder = join(TOKENIZERS, 'sentencepiece-bpe');
  const { decoded, pieces } = await json<Tokens>(['tokenize', '--model', folder, '--text', '羅生門の下']);
  expect({ decoded, pieces }).toEqual({ decoded: '羅生門の下', pieces: ['▁', '羅生門', 'の下'] });
});
