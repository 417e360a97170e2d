import { copyFile, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Checkpoint, openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint';
import { CheckpointError } from '../../../../src/engine/checkpoint/checkpoint-error';
import { float32Weights } from '../../../../src/engine/checkpoint/float32-weights';
import { readTensor } from '../../../../src/engine/checkpoint/read-tensor';
import { readSafetensorsHeader } from '../../../../src/engine/checkpoint/safetensors';
import { contiguous, dict, type Opcodes, pickle, tensor, zipFile } from '../../../pytorch-file';

const GOLDEN = join(import.meta.dirname, '../../../golden');
const TINY = join(GOLDEN, 'gpt2-tiny');
let scratch: string;
let folder: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-weights-'));
});
beforeEach(async () => {
  folder = await mkdtemp(join(scratch, 'folder-'));
  await copyFile(join(TINY, 'config.json'), join(folder, 'config.json'));
});
afterAll(() => rm(scratch, { recursive: true }));

async function numbersOf({ tensors }: Checkpoint): Promise<Map<string, Float32Array>> {
  const numbers = new Map<string, Float32Array>();
  for (const [name, place] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    numbers.set(name, await readTensor(place));
  }
  return numbers;
}

async function failure(): Promise<CheckpointError> {
  const error = await openCheckpoint(folder).catch((thrown: unknown) => thrown);
  if (error instanceof CheckpointError) return error;
  throw new Error(`expected a CheckpointError, got ${String(error)}`);
}

interface Part {
  readonly entries: Record<string, Opcodes>;
  readonly storages: Record<string, Buffer>;
}

/** The tiny model as PyTorch files: each tensor goes into one of `parts` files; matrices may be stored by columns. */
async function torchParts(parts: number, { transposed = false } = {}): Promise<{ files: Buffer[]; names: string[][] }> {
  const made: Part[] = Array.from({ length: parts }, () => ({ entries: {}, storages: {} }));
  let next = 0;
  for (const [name, place] of await readSafetensorsHeader(join(TINY, 'model.safetensors'))) {
    const part = made[next++ % parts];
    if (part === undefined) continue;
    const { shape } = place;
    const numbers = await readTensor(place);
    const [rows = 1, columns = 1] = shape;
    const turned = transposed && shape.length === 2;
    const stored = turned
      ? Float32Array.from(numbers, (_, i) => numbers[(i % rows) * columns + Math.floor(i / rows)] ?? Number.NaN)
      : numbers;
    const strides = turned ? [1, rows] : contiguous(shape);
    const key = String(next);
    part.storages[key] = Buffer.from(stored.buffer);
    part.entries[name] = tensor({ key, length: stored.length, shape, strides });
  }
  return {
    files: made.map(({ entries, storages }) => zipFile(pickle(dict(entries)), storages)),
    names: made.map(({ entries }) => Object.keys(entries)),
  };
}

async function writeIndex(weightMap: Record<string, string>, name = 'pytorch_model.bin.index.json'): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify({ metadata: { total_size: 1 }, weight_map: weightMap }));
  return file;
}

test('pytorch_model.bin in three parts', async () => {
  const { files, names } = await torchParts(3);
  const map: Record<string, string> = {};
  for (const [i, bytes] of files.entries()) {
    const part = `pytorch_model-0000${i + 1}-of-00003.bin`;
    await writeFile(join(folder, part), bytes);
    for (const name of names[i] ?? []) map[name] = part;
  }
  await writeIndex(map);
  expect(await numbersOf(await openCheckpoint(folder))).toEqual(await numbersOf(await openCheckpoint(TINY)));
});

test('matrices stored by columns', async () => {
  const [bytes = Buffer.alloc(0)] = (await torchParts(1, { transposed: true })).files;
  await writeFile(join(folder, 'pytorch_model.bin'), bytes);
  const checkpoint = await openCheckpoint(folder);
  const expected = await numbersOf(await openCheckpoint(TINY));
  expect(await numbersOf(checkpoint)).toEqual(expected);
  // What is mapped lies row after row.
  const tensors = await float32Weights(checkpoint, join(folder, 'cache'));
  expect(await numbersOf({ ...checkpoint, tensors })).toEqual(expected);
});

test('F32 weights of a zip archive are mapped where they lie', async () => {
  await copyFile(join(GOLDEN, 'gpt2-tiny-containers/pytorch_model.bin'), join(folder, 'pytorch_model.bin'));
  const checkpoint = await openCheckpoint(folder);
  expect(await float32Weights(checkpoint, join(folder, 'cache'))).toBe(checkpoint.tensors);
});

test('parts whose links lead into different folders are brought together', async () => {
  const sharded = join(GOLDEN, 'gpt2-tiny-containers/sharded');
  await cp(sharded, folder, { recursive: true });
  const part = 'model-00001-of-00004.safetensors';
  await rm(join(folder, part));
  await symlink(join(sharded, part), join(folder, part));
  const checkpoint = await openCheckpoint(folder);
  const tensors = await float32Weights(checkpoint, join(folder, 'cache'));
  expect(new Set([...tensors.values()].map(({ file }) => file)).size).toBe(1);
  expect(await numbersOf({ ...checkpoint, tensors })).toEqual(await numbersOf(await openCheckpoint(TINY)));
});

test('safetensors are preferred to pytorch_model.bin', async () => {
  await writeFile(join(folder, 'pytorch_model.bin'), 'anything');
  await copyFile(join(TINY, 'model.safetensors'), join(folder, 'model.safetensors'));
  expect((await openCheckpoint(folder)).tensors.size).toBe(40);
});

test('a head that is not tied is read from the file', async () => {
  await copyFile(join(GOLDEN, 'gpt2-tiny-containers/pytorch_model.legacy.bin'), join(folder, 'pytorch_model.bin'));
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, tie_word_embeddings: false }));
  const { tensors } = await openCheckpoint(folder);
  expect(tensors.get('lm_head.weight')).toEqual(tensors.get('wte.weight'));
});

describe('a broken pytorch_model.bin', () => {
  test.each([
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\n', 'pytorch-broken'],
    ['a page of a web site', '<html>', 'pytorch-broken'],
    ['empty', '', 'weights-truncated'],
    ['two bytes', '\x80\x02', 'weights-truncated'],
  ])('%s', async (_, content, code) => {
    const file = join(folder, 'pytorch_model.bin');
    await writeFile(file, content, 'latin1');
    expect(await failure()).toMatchObject({ code, files: [file] });
  });

  test.each(['pytorch_model.bin', 'pytorch_model.legacy.bin'])('%s, cut short', async (name) => {
    const file = join(folder, 'pytorch_model.bin');
    const whole = await readFile(join(GOLDEN, 'gpt2-tiny-containers', name));
    for (const length of [5, 100, 3000, 200_000, whole.length - 1]) {
      await writeFile(file, whole.subarray(0, length));
      expect(await failure()).toMatchObject({ code: 'weights-truncated', files: [file] });
    }
  });
});

describe('a broken index', () => {
  const tensors = (part: string) => ({ 'transformer.wte.weight': part });

  test.each([
    '../model.safetensors',
    '/etc/passwd.safetensors',
    '..\\model.safetensors',
    'C:model.safetensors',
    'parts/model.safetensors',
    'model.pkl',
    '..',
    '',
  ])('a part called %j', async (part) => {
    const index = await writeIndex(tensors(part), 'model.safetensors.index.json');
    expect(await failure()).toMatchObject({ code: 'index-broken', files: [index] });
  });

  test('a part that is not there names both files', async () => {
    const index = await writeIndex(tensors('model-00001-of-00001.safetensors'), 'model.safetensors.index.json');
    const part = join(folder, 'model-00001-of-00001.safetensors');
    expect(await failure()).toMatchObject({ code: 'shard-missing', files: [part, index] });
  });

  test.each(['<html>', '{}', '{"weight_map": []}', '{"weight_map": {"transformer.wte.weight": 1}}', ''])(
    '%j',
    async (content) => {
      const index = join(folder, 'model.safetensors.index.json');
      await writeFile(index, content);
      expect(await failure()).toMatchObject({ code: 'index-broken', files: [index] });
    },
  );

  test('an index that lists nothing', async () => {
    const index = await writeIndex({}, 'model.safetensors.index.json');
    expect(await failure()).toMatchObject({ code: 'tensor-missing', files: [index, join(folder, 'config.json')] });
  });
});

test('tensors that together are far larger than the file', async () => {
  const file = join(folder, 'pytorch_model.bin');
  const view = { key: '0', length: 12_288 };
  const shared = dict(
    Object.fromEntries(
      Array.from({ length: 3 }, (_, i) => [
        `h.${i}.mlp.c_fc.weight`,
        tensor({ ...view, shape: [48, 192], strides: [192, 1] }),
      ]),
    ),
  );
  await writeFile(file, zipFile(pickle(shared), { 0: Buffer.alloc(4 * view.length) }));
  expect(await failure()).toMatchObject({ code: 'weights-excessive', files: [file] });
});
