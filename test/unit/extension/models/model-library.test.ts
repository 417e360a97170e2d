import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ModelLibrary } from '../../../../src/extension/models/model-library';

let scratch: string;
let library: ModelLibrary;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-library-'));
  library = new ModelLibrary(join(scratch, 'models'));
});
afterEach(() => rm(scratch, { recursive: true }));

async function put(path: string, files: Readonly<Record<string, string>>): Promise<void> {
  const folder = join(scratch, 'models', path);
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}

describe('where a model goes', () => {
  test.each([
    ['rinna/japanese-gpt2-medium', 'rinna/japanese-gpt2-medium'],
    ['rinna/japanese-gpt2-medium@v1.0', 'rinna/japanese-gpt2-medium@v1.0'],
    ['rinna/japanese-gpt2-medium@refs/pr/1', 'rinna/japanese-gpt2-medium@refs%2Fpr%2F1'],
  ])('%s → %s', (typed, folder) => expect(library.folderOf(typed)).toBe(join(scratch, 'models', folder)));
});

test('lists what is whole and what was interrupted, and nothing else', async () => {
  const record = JSON.stringify({ id: 'rinna/small', commit: 'c', license: 'mit', parameters: 110e6, files: [] });
  await put('rinna/small', { 'config.json': '{}', 'hub.json': record });
  await put('rinna/medium@refs%2Fpr%2F1.partial', { 'config.json': '{}', 'model.safetensors': 'half' });
  await put('ku-nlp/char', { 'config.json': '{}', 'hub.json': 'broken' });
  await put('stray/empty', {});
  await put('not a name/model', { 'config.json': '{}' });
  const folder = (path: string) => join(scratch, 'models', path);
  expect(await library.list()).toEqual([
    { id: 'ku-nlp/char', folder: folder('ku-nlp/char'), complete: true, diskBytes: 8 },
    { id: 'rinna/medium@refs/pr/1', folder: folder('rinna/medium@refs%2Fpr%2F1'), complete: false, diskBytes: 6 },
    {
      id: 'rinna/small',
      folder: folder('rinna/small'),
      complete: true,
      diskBytes: 2 + record.length,
      parameters: 110e6,
      license: 'mit',
    },
  ]);
});

test('an empty library has nothing to list', async () => {
  expect(await library.list()).toEqual([]);
});

test('deletes a model, and what an interrupted download of it has left', async () => {
  await put('rinna/small', { 'config.json': '{}' });
  await put('rinna/small.partial', { 'model.safetensors': 'half' });
  await put('rinna/medium', { 'config.json': '{}' });
  await library.remove({ folder: library.folderOf('rinna/small') });
  expect((await library.list()).map(({ id }) => id)).toEqual(['rinna/medium']);
  await library.remove({ folder: library.folderOf('rinna/medium') });
  expect(await readdir(library.folder)).toEqual([]);
});
