import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Checkpoint } from './checkpoint';

/** SHA-256 over config.json and every file of weights: the same model has the same one wherever it lies. */
export async function checkpointFingerprint({ folder, tensors }: Checkpoint): Promise<string> {
  const hash = createHash('sha256');
  const weights = new Set([...tensors.values()].map(({ file }) => file));
  for (const file of [join(folder, 'config.json'), ...weights]) {
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, { end: false });
  }
  return hash.digest('hex');
}
