import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from './checkpoint';

/**
 * SHA-256 over config.json and every file of weights: the same model has the same one wherever it lies.
 *
 * @param onHashed The share of the bytes that have been read, from 0 to 1.
 */
export async function checkpointFingerprint(
  { folder, tensors }: Checkpoint,
  onHashed?: (share: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  const files = [join(folder, 'config.json'), ...new Set([...tensors.values()].map(({ file }) => file))];
  let total = 0;
  for (const file of files) total += (await stat(file)).size;
  let read = 0;
  onHashed?.(0);
  for (const file of files) {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      hash.update(chunk);
      read += chunk.length;
      onHashed?.(Math.min(1, read / total));
    }
  }
  return hash.digest('hex');
}
