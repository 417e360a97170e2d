import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DOWNLOAD_RECORD } from '../../protocol/download';
import { contentHash } from './content-hash';
import { type DownloadPlan, isHere, partOf, readPlan, writePlan } from './download-plan';
import { HubError } from './hub-error';
import type { HubFile } from './needed-files';

/**
 * What an earlier download of a model has left in the folder that is to be filled.
 *
 * @throws {HubError} folder-exists where it holds anything else
 */
export async function earlierFiles(partial: string, id: string): Promise<readonly HubFile[]> {
  const plan = await readPlan(partial);
  if (plan?.id === id) return plan.files;
  const names = await readdir(partial).catch(() => []);
  // A process that was killed at the very beginning has left no more than the beginning of its record.
  if (names.some((name) => !name.startsWith(`${DOWNLOAD_RECORD}.`)))
    throw new HubError('folder-exists', partial, plan?.id);
  return [];
}

/** Makes a folder ready to be filled: what is there and has the same content in the plan stays, the rest goes. */
export async function preparePartial(partial: string, plan: DownloadPlan, earlier: readonly HubFile[]): Promise<void> {
  await mkdir(partial, { recursive: true });
  for (const file of earlier) {
    const { name, hash } = file;
    if (plan.files.some((other) => other.name === name && other.hash.hex === hash.hex)) continue;
    await rm(join(partial, name), { force: true });
    await rm(partOf(partial, file), { force: true });
  }
  await writePlan(partial, plan);
}

/** What a small file holds, if it is there and is the one that the hub lists. */
export async function contentIn(folder: string, file: HubFile): Promise<Buffer | undefined> {
  if (!(await isHere(folder, file))) return undefined;
  const content = await readFile(join(folder, file.name)).catch(() => undefined);
  if (content === undefined || contentHash(file).update(content).digest('hex') !== file.hash.hex) return undefined;
  return content;
}
