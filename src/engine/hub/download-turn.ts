import { setTimeout as sleep } from 'node:timers/promises';
import { type DownloadProgress, PARTIAL_SUFFIX } from '../../protocol/download';
import { tryLock } from '../machine-lock';
import { readPlan, receivedOf } from './download-plan';
import { Reception } from './reception';

const RETRY_MS = 250;

/**
 * Waits until no other process of this machine fills a folder, and tells meanwhile how far that one is.
 *
 * @param folder Its absolute path.
 * @returns Lets the next one.
 */
export async function takeTurn(
  folder: string,
  signal: AbortSignal,
  onProgress: (progress: DownloadProgress) => void,
): Promise<() => Promise<void>> {
  const partial = `${folder}${PARTIAL_SUFFIX}`;
  let reception: { readonly commit: string; readonly of: Reception } | undefined;
  for (;;) {
    const release = await tryLock(`download ${folder}`);
    if (release !== undefined) return release;
    const plan = await readPlan(partial);
    if (plan !== undefined) {
      const { commit, files } = plan;
      if (reception?.commit !== commit) reception = { commit, of: new Reception(files, onProgress, true) };
      for (const file of files) reception.of.set(file, await receivedOf(partial, file));
      reception.of.tell(performance.now());
    }
    await sleep(RETRY_MS, undefined, { signal });
  }
}
