import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from './checkpoint';
import { checkpointFingerprint } from './fingerprint';
import { writeWholeFile } from './whole-file';

/**
 * {@link checkpointFingerprint}, which reads every weight, kept under `cacheFolder` as long as the files have the same
 * places, sizes and times of change.
 */
export async function rememberedFingerprint(checkpoint: Checkpoint, cacheFolder: string): Promise<string> {
  const key = createHash('sha256').update('fingerprint v1\n');
  const weights = new Set([...checkpoint.tensors.values()].map(({ file }) => file));
  for (const file of [join(checkpoint.folder, 'config.json'), ...weights]) {
    const { size, mtimeMs } = await stat(file);
    key.update(`${file}\n${size}\n${mtimeMs}\n`);
  }
  const memory = join(cacheFolder, `${key.digest('hex').slice(0, 32)}.fingerprint`);
  const remembered = await readFile(memory, 'utf8').catch(() => '');
  if (/^[0-9a-f]{64}$/.test(remembered)) return remembered;
  const fingerprint = await checkpointFingerprint(checkpoint);
  await writeWholeFile(memory, (handle) => handle.writeFile(fingerprint));
  return fingerprint;
}
