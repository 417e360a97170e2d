import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { noteSource } from './cache-source';
import type { Checkpoint } from './checkpoint';
import { checkpointFingerprint } from './fingerprint';
import { writeWholeFile } from './whole-file';

/**
 * {@link checkpointFingerprint}, which reads every weight, kept under `cacheFolder` as long as the files have the same
 * places, sizes and times of change. What is made of them there is named by its first 32 digits; which files they are is
 * noted beside it.
 *
 * @param onHashed The share of the bytes that have been read, from 0 to 1; not called where it is known already.
 */
export async function rememberedFingerprint(
  checkpoint: Checkpoint,
  cacheFolder: string,
  onHashed?: (share: number) => void,
): Promise<string> {
  const key = createHash('sha256').update('fingerprint v1\n');
  const weights = new Set([...checkpoint.tensors.values()].map(({ file }) => file));
  const files = [join(checkpoint.folder, 'config.json'), ...weights];
  for (const file of files) {
    const { size, mtimeMs } = await stat(file);
    key.update(`${file}\n${size}\n${mtimeMs}\n`);
  }
  const memory = join(cacheFolder, `${key.digest('hex').slice(0, 32)}.fingerprint`);
  const remembered = await readFile(memory, 'utf8').catch(() => '');
  const known = /^[0-9a-f]{64}$/.test(remembered);
  const fingerprint = known ? remembered : await checkpointFingerprint(checkpoint, onHashed);
  // Who cannot keep them reads the weights again the next time.
  if (!known) await writeWholeFile(memory, (handle) => handle.writeFile(fingerprint)).catch(() => undefined);
  await noteSource(cacheFolder, fingerprint.slice(0, 32), files).catch(() => undefined);
  return fingerprint;
}
