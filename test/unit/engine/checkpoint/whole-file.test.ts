import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWholeFile } from '../../../../src/engine/checkpoint/whole-file';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-whole-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a file is not seen before it is whole, and replaces the one before', async () => {
  const file = join(folder, 'a.txt');
  await writeFile(file, 'before');
  await writeWholeFile(file, async (handle) => {
    await handle.writeFile('aft');
    expect(await readFile(file, 'utf8')).toBe('before');
    await handle.writeFile('er');
  });
  expect(await readFile(file, 'utf8')).toBe('after');
  expect(await readdir(folder)).toEqual(['a.txt']);
});

test('an error leaves what was there before, and nothing else', async () => {
  const file = join(folder, 'a.txt');
  await writeFile(file, 'before');
  const failing = writeWholeFile(file, async (handle) => {
    await handle.writeFile('half');
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
  expect(await readFile(file, 'utf8')).toBe('before');
  expect(await readdir(folder)).toEqual(['a.txt']);
});

test('parts that a killed process left are removed; those of running ones and of other files are not', async () => {
  for (const name of ['a.txt.old.part', 'a.txt.running.part', 'b.txt.old.part'])
    await writeFile(join(folder, name), '');
  const anHourAgo = new Date(Date.now() - 3_600_000);
  for (const name of ['a.txt.old.part', 'b.txt.old.part']) await utimes(join(folder, name), anHourAgo, anHourAgo);
  await writeWholeFile(join(folder, 'a.txt'), (handle) => handle.writeFile('whole'));
  expect((await readdir(folder)).sort()).toEqual(['a.txt', 'a.txt.running.part', 'b.txt.old.part']);
});
