import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
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

// Rounding the weights moves the logits by about the format's precision: 2⁻¹¹ and 2⁻⁸ relative.
test.each([
  ['float16', 3e-3],
  ['bfloat16', 3e-2],
])('%s weights stay near the float32 ones', async (format, tolerance) => {
  const folder = join(scratch, format);
  await mkdir(folder);
  await copyFile(join(GOLDEN, 'gpt2-tiny/config.json'), join(folder, 'config.json'));
  await copyFile(join(GOLDEN, `gpt2-tiny-containers/model.${format}.safetensors`), join(folder, 'model.safetensors'));
  const { ids, logits: expected } = golden(join(GOLDEN, 'gpt2-tiny'));
  const difference = maxAbsDifference(await logits(folder, ids[0] ?? [], 17), expected[0] ?? []);
  expect(difference).toBeLessThan(tolerance);
  expect(difference).toBeGreaterThan(0);
});
