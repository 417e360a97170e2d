import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { writeModelFolder } from '../../src/engine/checkpoint/model-folder';
import { readTensor } from '../../src/engine/checkpoint/read-tensor';
import { DecoderSession } from '../../src/engine/inference/decoder-session';
import { maxAbsDifference, readGolden, rowsOf } from './golden-tensors';

const GOLDEN = import.meta.dirname;
let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-logits-'));
});
afterAll(() => rm(scratch, { recursive: true }));

/** Logits of every position of `ids`, fed in pieces of `chunk` tokens. */
async function logits(folder: string, ids: readonly number[], chunk: number): Promise<number[]> {
  const session = await DecoderSession.create(await openCheckpoint(folder), { logitsOf: 'all', cacheFolder: scratch });
  const cache = session.newCache();
  const all: number[] = [];
  for (let at = 0; at < ids.length; at += chunk) all.push(...(await session.forward(ids.slice(at, at + chunk), cache)));
  await session.release();
  return all;
}

function golden(folder: string): { ids: number[][]; logits: number[][] } {
  const tensors = readGolden(join(folder, 'golden.safetensors'));
  const ids = rowsOf(tensors.get('input_ids'));
  const rows = rowsOf(tensors.get('logits'));
  const length = rows.length / ids.length;
  return { ids, logits: ids.map((_, b) => rows.slice(b * length, (b + 1) * length).flat()) };
}

describe.each(['gpt2-tiny', 'gpt2-tiny-gelu-ninner', 'gpt2-tiny-scaled'])(
  '%s gives the logits of Hugging Face',
  (name) => {
    const folder = join(GOLDEN, name);
    const { ids, logits: expected } = golden(folder);
    test.each([
      ['in one go', 17],
      ['in chunks of 5', 5],
      ['token by token', 1],
    ])('%s', async (_, chunk) => {
      for (const [row, tokens] of ids.entries()) {
        expect(maxAbsDifference(await logits(folder, tokens, chunk), expected[row] ?? [])).toBeLessThan(1e-4);
      }
    });

    test('the last position alone', async () => {
      const session = await DecoderSession.create(await openCheckpoint(folder), {
        logitsOf: 'last',
        cacheFolder: scratch,
      });
      const last = await session.forward(ids[0] ?? [], session.newCache());
      expect(maxAbsDifference(last, (expected[0] ?? []).slice(-last.length))).toBeLessThan(1e-4);
      await session.release();
    });

    test('after going back: a truncated cache continues as a fresh one', async () => {
      const session = await DecoderSession.create(await openCheckpoint(folder), {
        logitsOf: 'all',
        cacheFolder: scratch,
      });
      const cache = session.newCache();
      const [first = [], second = []] = ids;
      await session.forward([...first.slice(0, 6), ...second.slice(0, 5)], cache);
      cache.truncate(6);
      const rest = await session.forward(first.slice(6), cache);
      expect(maxAbsDifference(rest, (expected[0] ?? []).slice(-rest.length))).toBeLessThan(1e-4);
      await session.release();
    });
  },
);

const CONTAINERS = join(GOLDEN, 'gpt2-tiny-containers');

/** A folder of `gpt2-tiny` whose weights come in another container. */
async function folderWith(container: string, name: string): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'container-'));
  await copyFile(join(GOLDEN, 'gpt2-tiny/config.json'), join(folder, 'config.json'));
  await copyFile(join(CONTAINERS, container), join(folder, name));
  return folder;
}

test.each([
  ['pytorch_model.bin', 'a zip archive'],
  ['pytorch_model.legacy.bin', 'pickles, from before PyTorch 1.6'],
  ['pytorch_model.no-prefix-with-buffers.bin', 'names without “transformer.”, attention buffers beside them'],
])('%s (%s) gives the logits of Hugging Face', async (container) => {
  const folder = await folderWith(container, 'pytorch_model.bin');
  const { ids, logits: expected } = golden(join(GOLDEN, 'gpt2-tiny'));
  for (const [row, tokens] of ids.entries()) {
    expect(maxAbsDifference(await logits(folder, tokens, 17), expected[row] ?? [])).toBeLessThan(1e-4);
  }
});

test('safetensors in four parts give the logits of Hugging Face', async () => {
  const { ids, logits: expected } = golden(join(GOLDEN, 'gpt2-tiny'));
  const difference = maxAbsDifference(await logits(join(CONTAINERS, 'sharded'), ids[0] ?? [], 17), expected[0] ?? []);
  expect(difference).toBeLessThan(1e-4);
});

// Rounding the weights moves the logits by about the format's precision: 2⁻¹¹ and 2⁻⁸ relative.
test.each([
  ['float16', 3e-3],
  ['bfloat16', 3e-2],
])('%s weights stay near the float32 ones, and are what widening them first gives', async (format, tolerance) => {
  const folder = await folderWith(`model.${format}.safetensors`, 'model.safetensors');
  const { ids, logits: expected } = golden(join(GOLDEN, 'gpt2-tiny'));
  const actual = await logits(folder, ids[0] ?? [], 17);
  const difference = maxAbsDifference(actual, expected[0] ?? []);
  expect(difference).toBeLessThan(tolerance);
  expect(difference).toBeGreaterThan(0);

  const base = await openCheckpoint(folder);
  const widened = join(folder, 'widened');
  await writeModelFolder(widened, {
    base,
    tensors: async (name) => {
      const place = base.tensors.get(name);
      return place === undefined ? new Float32Array() : readTensor(place);
    },
  });
  expect((await openCheckpoint(widened)).tensors.get('wte.weight')?.dtype).toBe('F32');
  expect(maxAbsDifference(await logits(widened, ids[0] ?? [], 17), actual)).toBeLessThan(1e-5);
});
