import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CheckpointError } from './checkpoint-error';
import { isDiskFull } from './disk-full';
import { writeWholeFile } from './whole-file';

const FORBIDDEN = ['EACCES', 'EPERM', 'EROFS'];

/**
 * {@link writeWholeFile} for what is made of a model and kept in a cache.
 *
 * @throws {CheckpointError} cache-disk-full or cache-unwritable, naming the folder; and what `write` throws
 */
export async function writeCacheFile(file: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await writeWholeFile(file, write);
  } catch (error) {
    const folder = dirname(file);
    if (isDiskFull(error)) throw new CheckpointError('cache-disk-full', [folder], error.message);
    if (isForbidden(error, folder)) throw new CheckpointError('cache-unwritable', [folder], error.message);
    throw error;
  }
}

/** Whether it is the cache that must not be written, and not the model that must not be read. */
function isForbidden(error: unknown, folder: string): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return false;
  const { code, path } = error;
  // The folder itself, where its parent does not let it be made.
  return FORBIDDEN.includes(String(code)) && (String(path).startsWith(folder) || folder.startsWith(String(path)));
}
