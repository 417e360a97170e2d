import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CheckpointError } from './checkpoint-error';
import { rename } from './rename';

export interface WholeFolderOptions {
  /** Replaces a model or an adapter that lies there already. */
  readonly overwrite?: boolean;
}

/** One of these says that a folder holds a model or an adapter, and nothing dearer. */
const MARKS = ['config.json', 'adapter_config.json'];

/**
 * Writes a folder that others see either whole or not at all: a temporary folder beside it, fsync, rename. When `write`
 * throws (disk full, cancelled), nothing is left behind, what was there stays, and the error passes on.
 *
 * @param write Writes the files of the temporary folder whose path it gets; each must be on disk when it returns.
 * @throws {CheckpointError} folder-exists, folder-foreign
 */
export async function writeWholeFolder(
  folder: string,
  write: (temporary: string) => Promise<void>,
  { overwrite = false }: WholeFolderOptions = {},
): Promise<void> {
  const target = resolve(folder);
  await requireFree(target, overwrite);
  const beside = (ending: string) => join(dirname(target), `.${basename(target)}.${randomUUID()}.${ending}`);
  const temporary = beside('part');
  await mkdir(temporary, { recursive: true });
  try {
    await write(temporary);
    await syncFolder(temporary);
    await replace(target, temporary, beside('old'));
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

async function requireFree(folder: string, overwrite: boolean): Promise<void> {
  const info = await stat(folder).catch(() => undefined);
  if (info === undefined) return;
  if (!info.isDirectory()) throw new CheckpointError('folder-foreign', [folder], '');
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.length === 0) return;
  if (!overwrite) throw new CheckpointError('folder-exists', [folder], '');
  const foreign = entries.find((entry) => entry.isDirectory());
  if (foreign !== undefined) throw new CheckpointError('folder-foreign', [folder], foreign.name);
  if (!entries.some(({ name }) => MARKS.includes(name))) throw new CheckpointError('folder-foreign', [folder], '');
}

/** No system renames a folder onto a full one: the old one steps aside first, and goes when the new one is there. */
async function replace(target: string, by: string, aside: string): Promise<void> {
  const entries = await readdir(target).catch(() => undefined);
  if (entries === undefined) return rename(by, target);
  if (entries.length === 0) {
    await rmdir(target);
    return rename(by, target);
  }
  await rename(target, aside);
  try {
    await rename(by, target);
  } catch (error) {
    await rename(aside, target);
    throw error;
  }
  await rm(aside, { recursive: true, force: true, maxRetries: 5 });
}

/** Puts the names of a folder's files on disk. Windows does this by itself, and cannot open folders. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
