import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, repositoryFiles } from './repository';

/** Folders of the machines that the repository was written on, in parts so that this file does not hold them. */
const MACHINE_FOLDERS = ['work', 'root', 'home/[a-z]+', 'Users/[A-Za-z]+'].map(
  (folder) => new RegExp(`(?<![\\w.~-])/${folder}/`),
);

test('no file names a folder of the machine it was written on', () => {
  const texts = repositoryFiles()
    .map((path) => ({ path, bytes: readFileSync(join(ROOT, path)) }))
    .filter(({ bytes }) => !bytes.subarray(0, 8000).includes(0));
  expect(texts.length).toBeGreaterThan(100);
  const naming = texts.filter(({ bytes }) => MACHINE_FOLDERS.some((folder) => folder.test(bytes.toString('utf8'))));
  expect(naming.map(({ path }) => path)).toEqual([]);
});
