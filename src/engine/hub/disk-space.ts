import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HubError } from './hub-error';

/** The editor and its settings want to write too. */
const MARGIN_BYTES = 64 << 20;

/**
 * Makes sure that so many bytes find room below a folder, which need not be there yet.
 *
 * @throws {HubError} disk-space, saying how much is missing
 */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  if (bytes === 0) return;
  let place = folder;
  while ((await stat(place).catch(() => undefined)) === undefined && dirname(place) !== place) place = dirname(place);
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  const missing = bytes + MARGIN_BYTES - free;
  if (missing > 0) {
    throw new HubError('disk-space', folder, `${megabytes(bytes)} to fetch, ${megabytes(missing)} missing`);
  }
}

/** As the hub counts, in millions. */
function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
