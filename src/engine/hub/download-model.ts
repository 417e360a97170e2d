import { readdir, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type DownloadProgress, PARTIAL_SUFFIX } from '../../protocol/download';
import { rename } from '../checkpoint/rename';
import { writeWholeFile } from '../checkpoint/whole-file';
import { syncFolder } from '../checkpoint/whole-folder';
import { PATIENCE, type Patience } from './connection-failure';
import { requireSpace } from './disk-space';
import { type DownloadPlan, isHere, isWhole, readPlan, receivedOf } from './download-plan';
import { takeTurn } from './download-turn';
import { fetchFile } from './fetch-file';
import { takeFromCache } from './hub-cache';
import type { HubClient } from './hub-client';
import { HubError } from './hub-error';
import type { HubFile } from './needed-files';
import { contentIn, earlierFiles, preparePartial } from './partial-folder';
import { Reception } from './reception';
import { fileAddress, lookUpModel } from './repository';

export interface HubModel {
  /** `owner/name` */
  readonly id: string;
  /** Branch, tag or commit; the default branch when missing. */
  readonly revision?: string | undefined;
  /** Where the model goes: the folder that is to hold its `config.json`. */
  readonly folder: string;
  readonly hub: HubClient;
  /** Where Hugging Face's own tools keep what they have downloaded. */
  readonly cache: string;
  readonly patience?: Patience;
  readonly signal: AbortSignal;
}

/**
 * Downloads a model: others see its folder whole or not at all. What is on its way lies beside it in
 * `<folder>.partial`, and stays there when the download is cancelled or fails; the next one goes on with it. A model
 * that is here already is not asked for again.
 *
 * @throws {HubError}
 * @throws {CheckpointError} where it is not a GPT-2
 * @throws the signal's reason
 */
export async function downloadModel(
  model: HubModel,
  onProgress: (progress: DownloadProgress) => void,
): Promise<DownloadPlan> {
  const folder = resolve(model.folder);
  const release = await takeTurn(folder, model.signal, onProgress);
  try {
    return (await presentModel(folder, model)) ?? (await fill({ ...model, folder }, onProgress));
  } catch (error) {
    throw ofTheDisk(error, folder) ?? error;
  } finally {
    await release();
  }
}

/** The model that is asked for, where it is here; makes room for it where it is not. */
async function presentModel(folder: string, { id, revision }: HubModel): Promise<DownloadPlan | undefined> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error.code === 'ENOTDIR' ? new HubError('folder-exists', folder) : error;
  });
  if (entries.length === 0) return undefined;
  const plan = await readPlan(folder);
  if (plan?.id !== id) throw new HubError('folder-exists', folder, plan?.id);
  if (revision !== undefined && revision !== plan.revision && revision !== plan.commit) {
    throw new HubError('folder-exists', folder, `${id}@${plan.revision ?? plan.commit}`);
  }
  if (await isWhole(folder, plan)) return plan;
  // Somebody has deleted files of it: what is left is the beginning of a download.
  await rename(folder, `${folder}${PARTIAL_SUFFIX}`);
  return undefined;
}

async function fill(model: HubModel, onProgress: (progress: DownloadProgress) => void): Promise<DownloadPlan> {
  const { id, revision, folder, hub, cache, patience = PATIENCE, signal } = model;
  const partial = `${folder}${PARTIAL_SUFFIX}`;
  const earlier = await earlierFiles(partial, id);
  const known = (file: HubFile) => contentIn(partial, file);
  const { plan, contents } = await lookUpModel(hub, id, revision, { patience, signal, known });
  await preparePartial(partial, plan, earlier);

  const reception = new Reception(plan.files, onProgress, false);
  const missing: HubFile[] = [];
  for (const file of plan.files) {
    const content = contents.get(file);
    if (content !== undefined) await writeWholeFile(join(partial, file.name), (handle) => handle.writeFile(content));
    const here = (await isHere(partial, file)) || (await takeFromCache(cache, plan, file, partial, signal));
    reception.set(file, here ? file.size : await receivedOf(partial, file));
    if (!here) missing.push(file);
  }
  reception.tell(performance.now(), true);
  const missingBytes = missing.reduce((sum, file) => sum + file.size - reception.of(file), 0);
  await requireSpace(partial, missingBytes);
  for (const file of missing) {
    const onReceived = (bytes: number) => {
      reception.set(file, bytes);
      reception.tell(performance.now());
    };
    const address = fileAddress(hub, id, plan.commit, file);
    await fetchFile(file, partial, { hub, address, what: `${id}/${file.name}`, patience, signal, onReceived });
  }
  reception.tell(performance.now(), true);
  signal.throwIfAborted();
  await complete(partial, folder);
  return plan;
}

async function complete(partial: string, folder: string): Promise<void> {
  await syncFolder(partial);
  // An empty folder may have been there before; nothing but an empty one is removed.
  await rmdir(folder).catch(() => undefined);
  await rename(partial, folder);
  await syncFolder(dirname(folder));
}

/** What the disk or its permissions forbid, in words. */
function ofTheDisk(error: unknown, folder: string): HubError | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) return new HubError('disk-full', folder, code);
  if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return new HubError('folder-unwritable', folder, code);
  return undefined;
}
