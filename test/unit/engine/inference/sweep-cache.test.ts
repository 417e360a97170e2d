import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noteSource } from '../../../../src/engine/checkpoint/cache-source';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint';
import { rememberedFingerprint } from '../../../../src/engine/checkpoint/remembered-fingerprint';
import { packedEnding } from '../../../../src/engine/inference/packed-weights';
import { sweepCache } from '../../../../src/engine/inference/sweep-cache';
import { cacheUse } from '../../../../src/extension/models/disk-use';
import { writeTinyModel } from '../../../tiny-model';

const RUNTIME = '1.30.0';
const KEY = 'a'.repeat(32);
const HOURS = 60 * 60_000;

let scratch: string;
let cache: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-sweep-'));
  cache = join(scratch, 'cache');
  await mkdir(cache);
});
afterEach(() => rm(scratch, { recursive: true }));

/** A file of ten bytes, or a folder with one. */
async function put(name: string): Promise<void> {
  if (name.endsWith('.packed') || name.includes('.packed.')) {
    await mkdir(join(cache, name));
    await writeFile(join(cache, name, '0.bin'), '0123456789');
  } else await writeFile(join(cache, name), '0123456789');
}

const sweep = () => sweepCache(cache, RUNTIME, Date.now() + 2 * HOURS);

test('what was made of a model that is there stays', async () => {
  const weights = join(scratch, 'model.safetensors');
  await writeFile(weights, 'weights');
  await noteSource(cache, KEY, [weights]);
  const names = [
    `${KEY}.float32`,
    `${KEY}-int8x128-int8x128-v2.quantized`,
    `${KEY}.int8-columns-v1`,
    `${KEY}-int8x128-int8x128-v2-decode${packedEnding(RUNTIME)}`,
  ];
  for (const name of names) await put(name);
  expect(await sweep()).toEqual([]);
});

test.each([
  ['an earlier format', `${KEY}-int8x128-int8x128-v1.quantized`],
  ['an earlier format of training', `${KEY}.int8-columns-v0`],
  ['an earlier format, arranged', `${KEY}-int8x128-int8x128-v1-decode${packedEnding(RUNTIME)}`],
  ['another processor or runtime', `${KEY}-int8x128-int8x128-v2-decode-0123456789abcdef.packed`],
  ['a process that was killed', `${KEY}-int8x128-int8x128-v2.quantized.1234.part`],
  ['a process that was killed while arranging', `${KEY}-int8x128-v2-decode-0123.packed.1234.part`],
])('what is of %s goes', async (_, name) => {
  const weights = join(scratch, 'model.safetensors');
  await writeFile(weights, 'weights');
  await noteSource(cache, KEY, [weights]);
  await put(name);
  expect(await sweep()).toEqual([name]);
});

test.each([
  ['deleted', (weights: string) => rm(weights)],
  ['replaced', (weights: string) => writeFile(weights, 'other weights')],
  ['touched', (weights: string) => utimes(weights, 1, 1)],
])('what was made of a model that was %s goes with its note', async (_, change) => {
  const weights = join(scratch, 'model.safetensors');
  await writeFile(weights, 'weights');
  await noteSource(cache, KEY, [weights]);
  await put(`${KEY}.float32`);
  await change(weights);
  expect((await sweep()).sort()).toEqual([`${KEY}.float32`, `${KEY}.source`]);
});

test('what nobody knows is left alone while it may still be in the making, and if it is not of the cache', async () => {
  await put(`${KEY}.float32`);
  await put('notes.txt');
  expect(await sweepCache(cache, RUNTIME)).toEqual([]);
  expect(await sweep()).toEqual([`${KEY}.float32`]);
  expect(await readdir(cache)).toEqual(['notes.txt']);
});

test('a fingerprint stays as long as its model does, and the menu knows whose the cache is', async () => {
  const model = join(scratch, 'model');
  await writeTinyModel(model, scratch);
  const fingerprint = await rememberedFingerprint(await openCheckpoint(model), cache);
  await put(`${fingerprint.slice(0, 32)}-int8x128-int8x128-v2.quantized`);
  expect(await sweep()).toEqual([]);
  const { byModel } = await cacheUse(cache);
  expect([...byModel.keys()]).toEqual([model]);
  expect(byModel.get(model)).toBeGreaterThan(10);

  await rm(model, { recursive: true });
  expect(await sweep()).toHaveLength(3);
  expect(await readdir(cache)).toEqual([]);
});

test('there is nothing to do without a cache', async () => {
  await rm(cache, { recursive: true });
  expect(await sweep()).toEqual([]);
});
