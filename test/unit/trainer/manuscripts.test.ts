import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readManuscripts, writeTexts } from '../../../src/trainer/manuscripts';
import { TrainingError } from '../../../src/trainer/training-error';
import { encode } from '../text/encoding/encode';
import { proseOf } from '../text/manuscript/prose';

const MODEL = join(import.meta.dirname, '../../../models/tsuzuki-base-ja');
const unheard = { onRead: () => undefined, signal: new AbortController().signal };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-manuscripts-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string | Uint8Array): Promise<{ path: string }> {
  await writeFile(join(folder, name), text);
  return { path: join(folder, name) };
}

test('says of each file what it holds, or why it is left out', async () => {
  const sea = proseOf(1, 40);
  const files = [
    await file('海.txt', encode(`｜灯台守《とうだいもり》は眠った。\n${sea}`, 'shiftjis') ?? ''),
    await file('海の草稿.txt', proseOf(1, 25)),
    await file('memo.txt', '卵と塩。\n'),
    await file('notes.md', 'The old man was asleep. '.repeat(20)),
    await file('photo.txt', Uint8Array.from([0x89, 0x50, 0, 0])),
    { path: join(folder, 'gone.txt') },
  ];
  const read: number[] = [];
  const reports = await readManuscripts({ files, model: MODEL }, { ...unheard, onRead: (count) => read.push(count) });
  expect(read).toEqual([1, 2, 3, 4, 5, 6]);
  expect(reports.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
  expect(reports.map(({ leftOut }) => leftOut?.kind)).toEqual([
    undefined,
    'near-duplicate',
    'too-short',
    'not-japanese',
    'binary',
    'unreadable',
  ]);
  // What can be read may be learnt from all the same.
  expect(reports.map(({ text }) => text?.encoding)).toEqual(['shiftjis', 'utf8', 'utf8', 'utf8', undefined, undefined]);
  const { training, heldOut } = reports[0]?.text ?? {};
  const characters = `灯台守は眠った。${sea}`.replace(/\s/gu, '').length;
  expect((training?.characters ?? 0) + (heldOut?.characters ?? 0)).toBe(characters);
  expect((heldOut?.characters ?? 0) / characters).toBeCloseTo(0.1, 1);
  expect(training?.tokens).toBeGreaterThan(heldOut?.tokens ?? 0);
});

test('reads in the encoding that the user set', async () => {
  const text = proseOf(2, 10);
  const { path } = await file('港.txt', encode(text, 'eucjp') ?? '');
  const readAs = async (encoding: string) =>
    (await readManuscripts({ files: [{ path, encoding }], model: MODEL }, unheard))[0];
  expect((await readAs('eucjp'))?.text?.encoding).toBe('eucjp');
  expect((await readAs('utf8'))?.leftOut).toMatchObject({ kind: 'invalid-bytes', encoding: 'utf8', offset: 0 });
});

test('ends between two files when it is cancelled', async () => {
  const abort = new AbortController();
  const files = [await file('一.txt', proseOf(3, 10)), await file('二.txt', proseOf(4, 10))];
  const onRead = () => abort.abort(new Error('enough'));
  await expect(readManuscripts({ files, model: MODEL }, { onRead, signal: abort.signal })).rejects.toThrow('enough');
});

test('writes what is trained on and what is held out as UTF-8', async () => {
  const text = proseOf(5, 40);
  const files = [
    await file('山.txt', encode(text, 'shiftjis') ?? ''),
    await file('一行.txt', proseOf(6, 40).replaceAll('\n', '')),
  ];
  const written = await writeTexts({ files, folder: join(folder, 'run') });
  expect((await readdir(written.training)).sort()).toEqual(['00001.txt', '00002.txt']);
  expect(await readdir(written.heldOut ?? '')).toEqual(['00001.txt']);
  const both = await Promise.all(
    [written.training, written.heldOut ?? ''].map((part) => readFile(join(part, '00001.txt'), 'utf8')),
  );
  expect(both.join('')).toBe(text);
});

test('a file that is gone by then is an error that names it', async () => {
  const files = [{ path: join(folder, 'gone.txt') }];
  await expect(writeTexts({ files, folder: join(folder, 'other') })).rejects.toMatchObject({
    code: 'manuscript-unreadable',
    place: join(folder, 'gone.txt'),
  });
});

// Whatever is written to /dev/full finds a full disk.
test.skipIf(process.platform !== 'linux')('a disk that is full is told with the folder and the cure', async () => {
  const texts = join(folder, 'full');
  await mkdir(join(texts, 'training'), { recursive: true });
  await symlink('/dev/full', join(texts, 'training/00001.txt'));
  const failure = await writeTexts({ files: [await file('浜.txt', proseOf(5, 10))], folder: texts }).catch(
    (error: unknown) => error,
  );
  if (!(failure instanceof TrainingError)) throw failure;
  expect(failure.code).toBe('texts-disk-full');
  expect(failure.describe('ja')).toBe(
    `${texts}: ディスクがいっぱいです。学習はまだ始まっていません (ENOSPC: no space left on device, write)。空きを作ってから、もう一度始めてください。`,
  );
  expect(failure.describe('en')).toContain('Free some space, then start again.');
});
