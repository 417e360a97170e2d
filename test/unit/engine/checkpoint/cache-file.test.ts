import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeCacheFile } from '../../../../src/engine/checkpoint/cache-file';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'tsuzuki-cache-file-'));
});
afterEach(() => rm(cache, { recursive: true }));

/** Writes a file while the system answers with this error. */
const writing = (code: string, path?: string) =>
  writeCacheFile(join(cache, 'weights.quantized'), async () => {
    throw Object.assign(new Error(`${code}: as the system says it`), { code, path });
  });

test.each(['ENOSPC', 'EDQUOT'])('%s names the folder, in both languages, and leaves nothing', async (code) => {
  const error = await writing(code).catch((one: unknown) => one);
  expect(error).toMatchObject({ code: 'cache-disk-full', files: [cache] });
  expect(String(error)).toContain('Make room on that disk');
  expect((error as { describe(language: 'ja'): string }).describe('ja')).toContain('ディスクの空きが足りず');
  expect(await readdir(cache)).toEqual([]);
});

test('a cache that must not be written is the cache’s fault', async () => {
  const error = await writing('EROFS', join(cache, 'weights.quantized.part')).catch((one: unknown) => one);
  expect(error).toMatchObject({ code: 'cache-unwritable', files: [cache] });
});

test('a model that must not be read is not', async () => {
  await expect(writing('EACCES', '/models/model.safetensors')).rejects.toMatchObject({ code: 'EACCES' });
});
