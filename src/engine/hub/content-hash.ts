import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { HubFile } from './needed-files';

/** A file whose content is wrong may have been damaged on its way, once. */
export const CONTENT_ATTEMPTS = 2;

/** A hash of a file's content that is being computed, of the kind that the hub gives for it. */
export function contentHash({ hash, size }: HubFile): Hash {
  if (hash.kind === 'sha256') return createHash('sha256');
  // Git hashes a blob behind a header that says its length.
  return createHash('sha1').update(`blob ${size}\0`);
}

/** Adds to a hash what a file holds. */
export async function hashFile(hash: Hash, file: string, signal: AbortSignal): Promise<void> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, signal })) hash.update(chunk);
}

/** Whether a file on disk is the one that the hub lists. */
export async function isSameContent(path: string, file: HubFile, signal: AbortSignal): Promise<boolean> {
  const hash = contentHash(file);
  await hashFile(hash, path, signal);
  return hash.digest('hex') === file.hash.hex;
}
