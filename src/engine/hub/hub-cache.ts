import { constants } from 'node:fs';
import { copyFile, link, realpath, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isSameContent } from './content-hash';
import type { HubFile } from './needed-files';

/** Where Hugging Face's own tools keep what they have downloaded, as they find it. */
export function hubCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = environment;
  if (HF_HUB_CACHE) return HF_HUB_CACHE;
  return join(HF_HOME || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface'), 'hub');
}

/**
 * Takes a file from the cache of Hugging Face's tools, which names files by the hashes that the hub gives. Only one
 * whose content is right is taken; it is linked where that can be, and copied otherwise.
 *
 * @returns Whether the file is there now.
 */
export async function takeFromCache(
  cache: string,
  id: string,
  file: HubFile,
  target: string,
  signal: AbortSignal,
): Promise<boolean> {
  const blob = join(cache, `models--${id.replace('/', '--')}`, 'blobs', file.hash.hex);
  const info = await stat(blob).catch(() => undefined);
  if (info?.isFile() !== true || info.size !== file.size) return false;
  try {
    if (!(await isSameContent(blob, file, signal))) return false;
    const source = await realpath(blob);
    await rm(target, { force: true });
    await link(source, target).catch(() => copyFile(source, target, constants.COPYFILE_FICLONE));
    return true;
  } catch (error) {
    signal.throwIfAborted();
    // A cache that cannot be read is as good as none.
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw error;
    await rm(target, { force: true });
    return false;
  }
}
