import { constants } from 'node:fs';
import { copyFile, link, realpath, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { rename } from '../checkpoint/rename';
import { isSameContent } from './content-hash';
import { type DownloadPlan, partOf } from './download-plan';
import type { HubFile } from './needed-files';

/** Where Hugging Face's own tools keep what they have downloaded, as they find it. */
export function hubCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = environment;
  if (HF_HUB_CACHE) return HF_HUB_CACHE;
  return join(HF_HOME || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface'), 'hub');
}

/** Where the cache has a file, if it is there: by its hash, and where links are not to be had, by commit and name. */
export async function inCache(
  cache: string,
  { id, commit }: Pick<DownloadPlan, 'id' | 'commit'>,
  { name, size, hash }: HubFile,
): Promise<string | undefined> {
  const repository = join(cache, `models--${id.replace('/', '--')}`);
  for (const file of [join(repository, 'blobs', hash.hex), join(repository, 'snapshots', commit, name)]) {
    const info = await stat(file).catch(() => undefined);
    if (info?.isFile() === true && info.size === size) return realpath(file);
  }
  return undefined;
}

/**
 * Takes a file from the cache of Hugging Face's tools into a folder, if its content is right: linked where that can be,
 * copied otherwise.
 *
 * @returns Whether the file is there now.
 */
export async function takeFromCache(
  cache: string,
  plan: Pick<DownloadPlan, 'id' | 'commit'>,
  file: HubFile,
  folder: string,
  signal: AbortSignal,
): Promise<boolean> {
  const source = await inCache(cache, plan, file);
  if (source === undefined || !(await isReadableAs(source, file, signal))) return false;
  const target = join(folder, file.name);
  await rm(target, { force: true });
  try {
    await link(source, target);
    // What an earlier attempt has received of it is no part of the model.
    await rm(partOf(folder, file), { force: true });
  } catch {
    // Another disk, or one that knows no links. A copy that breaks off must not pass for the file.
    const copy = partOf(folder, file);
    await copyFile(source, copy, constants.COPYFILE_FICLONE);
    if (!(await isSameContent(copy, file, signal))) return false;
    await rename(copy, target);
  }
  return true;
}

/** A cache that cannot be read is as good as none. */
async function isReadableAs(source: string, file: HubFile, signal: AbortSignal): Promise<boolean> {
  try {
    return await isSameContent(source, file, signal);
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
