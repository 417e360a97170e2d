import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckpoint } from '../../../src/engine/checkpoint/checkpoint';
import { CheckpointError } from '../../../src/engine/checkpoint/checkpoint-error';
import { parseConfig } from '../../../src/engine/checkpoint/config';
import { gpt2Tensors } from '../../../src/engine/checkpoint/gpt2-tensors';
import { readTensor } from '../../../src/engine/checkpoint/read-tensor';
import { writeSafetensors } from '../../../src/engine/checkpoint/safetensors-writer';
import { openTokenizer } from '../../../src/engine/tokenizer/open-tokenizer';
import { contiguous, dict, legacyFile, pickle, tensor, zipFile } from '../../pytorch-file';

const GOLDEN = join(import.meta.dirname, '../../golden');
const CONFIG = JSON.stringify({
  architectures: ['GPT2LMHeadModel'],
  model_type: 'gpt2',
  vocab_size: 5,
  n_positions: 4,
  n_embd: 2,
  n_layer: 1,
  n_head: 1,
  n_inner: 3,
});

/** A bounded time for each kind of file; what it found comes with the seed that finds it again. */
const BOUNDS = { numRuns: 2000, interruptAfterTimeLimit: 2500, markInterruptAsFailure: false } as const;

/** More than any of these small files could honestly ask for. */
const MEMORY_BYTES = 400 << 20;

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-fuzz-'));
  await writeFile(join(scratch, 'config.json'), CONFIG);
});
afterAll(() => rm(scratch, { recursive: true }));

/** A valid file after some bytes were changed, put in, taken out, repeated, or its end lost. */
function damaged(whole: Buffer): fc.Arbitrary<Buffer> {
  const at = fc.oneof(fc.nat(whole.length), fc.nat(Math.min(whole.length, 300)));
  const few = fc.integer({ min: 1, max: 200 });
  const bytes = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.constantFrom(INT_MAX, LONG_MAX, ZERO));
  /** Puts `put` in the place of `removed` bytes. */
  const splice = fc.oneof(
    fc.record({ at, put: bytes }).map(({ at, put }) => ({ at, put, removed: put.length })),
    fc.record({ at, put: bytes, removed: fc.constant(0) }),
    fc.record({ at, put: fc.constant(NOTHING), removed: few }),
    fc.record({ at, put: fc.constant(NOTHING), removed: fc.constant(Number.POSITIVE_INFINITY) }),
    fc.record({ at, few }).map(({ at, few }) => ({ at, put: whole.subarray(at, at + few), removed: 0 })),
  );
  return fc
    .array(splice, { minLength: 1, maxLength: 4 })
    .map((splices) =>
      splices.reduce(
        (file, { at, put, removed }) => Buffer.concat([file.subarray(0, at), put, file.subarray(at + removed)]),
        whole,
      ),
    );
}

const NOTHING = new Uint8Array();
const INT_MAX = Uint8Array.of(0xff, 0xff, 0xff, 0x7f);
const LONG_MAX = new Uint8Array(8).fill(0xff);
const ZERO = new Uint8Array(4);

/** Whatever the file has become: it is read, or refused by a CheckpointError, and takes no memory that it does not have. */
async function fuzz(file: string, whole: Buffer, use: () => Promise<void>): Promise<void> {
  // The undamaged file is read: what is refused below is refused for its damage.
  await writeFile(file, whole);
  await use();
  let refused = 0;
  const before = process.memoryUsage().rss;
  await fc.assert(
    fc.asyncProperty(damaged(whole), async (bytes) => {
      await writeFile(file, bytes);
      try {
        await use();
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
        refused++;
      }
      expect(process.memoryUsage().rss - before).toBeLessThan(MEMORY_BYTES);
    }),
    BOUNDS,
  );
  expect(refused).toBeGreaterThan(0);
}

async function modelFolder(): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'model-'));
  await writeFile(join(folder, 'config.json'), CONFIG);
  return folder;
}

const readAll = (folder: string) => async () => {
  for (const place of (await openCheckpoint(folder)).tensors.values()) await readTensor(place);
};

const shapes = [...gpt2Tensors(parseConfig(CONFIG, 'config.json'))];
const numbersIn = (shape: readonly number[]) => shape.reduce((product, dim) => product * dim, 1);
const state = pickle(
  dict(
    Object.fromEntries(
      shapes.map(([name, shape], key) => [
        name,
        tensor({ key: String(key), length: numbersIn(shape), shape, strides: contiguous(shape) }),
      ]),
    ),
  ),
);
const storages = Object.fromEntries(shapes.map(([, shape], key) => [String(key), Buffer.alloc(4 * numbersIn(shape))]));

test('pytorch_model.bin, zip', async () => {
  const folder = await modelFolder();
  await fuzz(join(folder, 'pytorch_model.bin'), zipFile(state, storages), readAll(folder));
});

test('pytorch_model.bin, legacy', async () => {
  const folder = await modelFolder();
  await fuzz(join(folder, 'pytorch_model.bin'), legacyFile(state, storages), readAll(folder));
});

test('a pickle inside a zip archive whose checksum is right', async () => {
  const folder = await modelFolder();
  const file = join(folder, 'pytorch_model.bin');
  const use = async () => {
    await writeFile(file, zipFile(await readFile(join(folder, 'data.pkl')), storages));
    await readAll(folder)();
  };
  await fuzz(join(folder, 'data.pkl'), state, use);
});

test('model.safetensors', async () => {
  const folder = await modelFolder();
  const file = join(folder, 'model.safetensors');
  const tensors = shapes.map(([name, shape]) => ({ name, shape, data: new Float32Array(numbersIn(shape)) }));
  await writeSafetensors(file, tensors);
  await fuzz(file, await readFile(file), readAll(folder));
});

test('config.json', async () => {
  const folder = await modelFolder();
  await writeFile(join(folder, 'pytorch_model.bin'), zipFile(state, storages));
  await fuzz(join(folder, 'config.json'), Buffer.from(CONFIG), readAll(folder));
});

test.each([
  ['sentencepiece-bpe-unused', 'spiece.model'],
  ['sentencepiece-bpe', 'spiece.model'],
  ['character-bpe', 'vocab.json'],
  ['character-bpe', 'merges.txt'],
])('%s: %s', async (name, damagedFile) => {
  const folder = await mkdtemp(join(scratch, 'tokenizer-'));
  const files = damagedFile === 'spiece.model' ? [damagedFile] : ['vocab.json', 'merges.txt'];
  for (const file of files) await copyFile(join(GOLDEN, 'tokenizers', name, file), join(folder, file));
  const file = join(folder, damagedFile);
  await fuzz(file, await readFile(file), async () => {
    const tokenizer = await openTokenizer(folder);
    const ids = tokenizer.encode('下人は、雨やみを待っていた。 ABC\t𩸽\u0001');
    tokenizer.decode(ids);
    tokenizer.pieces(ids);
  });
});

test('tokenizer.json', async () => {
  const folder = await mkdtemp(join(scratch, 'tokenizer-'));
  const vocab = { a: 0, b: 1, Ġ: 2, ab: 3, Ġab: 4, '<|endoftext|>': 5, ã: 6, ģ: 7, Ĥ: 8 };
  const json = {
    added_tokens: [{ id: 5, content: '<|endoftext|>', special: true }],
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab, merges: ['a b', 'Ġ ab'] },
  };
  await fuzz(join(folder, 'tokenizer.json'), Buffer.from(JSON.stringify(json)), async () => {
    const tokenizer = await openTokenizer(folder);
    tokenizer.decode(tokenizer.encode('ab abb\tあ𩸽'));
  });
});

test('spiece.model of a unigram model', async () => {
  const folder = await mkdtemp(join(scratch, 'tokenizer-'));
  const whole = await readFile(join(import.meta.dirname, '../../../models/tsuzuki-base-ja/spiece.model'));
  await fuzz(join(folder, 'spiece.model'), whole, async () => {
    const tokenizer = await openTokenizer(folder);
    tokenizer.decode(tokenizer.encode('下人は、雨やみを待っていた。 ABC\t𩸽\u0001'));
  });
});
