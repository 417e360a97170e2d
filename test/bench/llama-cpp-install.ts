import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { npm } from '../../scripts/editor/npm';

const MANIFEST_FOLDER = join(import.meta.dirname, 'llama-cpp');
const manifestSchema = z.object({ dependencies: z.object({ 'node-llama-cpp': z.string() }) });

/**
 * node-llama-cpp with its prebuilt llama.cpp for Linux x64, fetched from npm on first use and kept outside the repository:
 * 85 MB that nobody else needs. Its install scripts, which might build or download more, do not run.
 *
 * @returns The folder whose `node_modules` has it.
 */
export async function installLlamaCpp(): Promise<string> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(MANIFEST_FOLDER, 'package.json'), 'utf8')));
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(caches, 'tsuzuki', `llama-cpp-${manifest.dependencies['node-llama-cpp']}`);
  if ((await stat(folder).catch(() => undefined)) !== undefined) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const partial = await mkdtemp(`${folder}-`);
  try {
    for (const name of ['package.json', 'package-lock.json']) {
      await copyFile(join(MANIFEST_FOLDER, name), join(partial, name));
    }
    // Not `ci`: it wants the packages of every platform in the lock file.
    await npm(partial, ['install', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund']);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
  return folder;
}
