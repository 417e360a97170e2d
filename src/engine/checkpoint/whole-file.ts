import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { rename } from './rename';

/** A part that nobody has written to for so long belongs to a process that was killed. */
const ABANDONED_MS = 60_000;

/**
 * Writes a file that others see either whole or not at all: temporary name, fsync, rename.
 * When `write` throws (disk full, cancelled), nothing is left behind and the error passes on. What a killed process left
 * of the same file is removed.
 */
export async function writeWholeFile(file: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await removeAbandoned(file);
  const temporary = `${file}.${randomUUID()}.part`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function removeAbandoned(file: string): Promise<void> {
  const isPart = (name: string) => name.startsWith(`${basename(file)}.`) && name.endsWith('.part');
  for (const name of (await readdir(dirname(file))).filter(isPart)) {
    const part = join(dirname(file), name);
    const { mtimeMs } = await stat(part).catch(() => ({ mtimeMs: Date.now() }));
    if (mtimeMs < Date.now() - ABANDONED_MS) await rm(part, { force: true });
  }
}
