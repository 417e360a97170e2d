import { readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';

/** Bytes of all files in a folder and below it; 0 where there is none. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return folderBytes(path);
    // Files may go while one looks.
    return (await stat(path).catch(() => undefined))?.size ?? 0;
  });
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}

/** Bytes that are free where a folder is, or will be. */
export async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if (dirname(folder) === folder) throw error;
    return freeBytes(dirname(folder));
  }
}

/** What the sidecar has made of models: bytes in all, and by the folder of the model. */
export interface CacheUse {
  readonly bytes: number;
  readonly byModel: ReadonlyMap<string, number>;
}

/** Beside what was made of a model, `<key>.source` says which files it was made of (`engine/checkpoint/cache-source.ts`). */
const SOURCE = /^([0-9a-f]{32})\.source$/;
const sourceSchema = z.array(z.object({ path: z.string() }));

export async function cacheUse(folder: string): Promise<CacheUse> {
  const names = await readdir(folder).catch(() => []);
  const sizes = new Map<string, number>();
  let bytes = 0;
  for (const name of names) {
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    const own = info?.isDirectory() ? await folderBytes(path) : (info?.size ?? 0);
    bytes += own;
    const key = name.slice(0, 32);
    sizes.set(key, (sizes.get(key) ?? 0) + own);
  }
  const byModel = new Map<string, number>();
  for (const name of names) {
    const [, key] = SOURCE.exec(name) ?? [];
    const model = key === undefined ? undefined : await sourceFolder(join(folder, name));
    if (key === undefined || model === undefined) continue;
    byModel.set(model, (byModel.get(model) ?? 0) + (sizes.get(key) ?? 0));
  }
  return { bytes, byModel };
}

async function sourceFolder(file: string): Promise<string | undefined> {
  try {
    const [first] = sourceSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return first && resolve(dirname(first.path));
  } catch {
    return undefined;
  }
}

/** Empties the cache. What a process has open and the system therefore keeps (Windows) stays. */
export async function emptyCache(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
