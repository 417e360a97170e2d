import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { rename } from '../checkpoint/rename';
import { ConnectionFailure, type Patience, persistently } from './connection-failure';
import { CONTENT_ATTEMPTS, contentHash, hashFile } from './content-hash';
import { partOf } from './download-plan';
import { type HubClient, type HubResponse, header, received } from './hub-client';
import { HubError } from './hub-error';
import type { HubFile } from './needed-files';

export interface FetchOptions {
  readonly hub: HubClient;
  readonly address: string;
  /** For errors. */
  readonly what: string;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** How much is here: grows, and falls to 0 where all begins anew. */
  readonly onReceived: (bytes: number) => void;
}

/**
 * Fetches a file into a folder, from where an earlier attempt was left. What has been received stays whatever happens,
 * under a name of its own; the file gets its name when its content is what the hub lists.
 *
 * @throws {HubError} content-differs, hub-broken, and those of a connection that fails for good
 */
export async function fetchFile(file: HubFile, folder: string, options: FetchOptions): Promise<void> {
  const part = partOf(folder, file);
  for (let attempt = 1; ; attempt++) {
    const hex = await receive(file, part, options);
    if (hex === file.hash.hex) break;
    await rm(part);
    options.onReceived(0);
    if (attempt === CONTENT_ATTEMPTS) throw new HubError('content-differs', options.what, `${file.hash.kind} ${hex}`);
  }
  await rename(part, join(folder, file.name));
}

/** Fetches what is missing of a file. @returns The hash of all of it. */
async function receive(file: HubFile, part: string, options: FetchOptions): Promise<string> {
  const { hub, address, what, patience, signal, onReceived } = options;
  const handle = await open(part, constants.O_RDWR | constants.O_CREAT);
  try {
    let hash = contentHash(file);
    let have = (await handle.stat()).size;
    const beginAnew = async () => {
      await handle.truncate(0);
      hash = contentHash(file);
      have = 0;
      onReceived(0);
    };
    if (have > file.size) await beginAnew();
    else await hashFile(hash, part, signal);
    onReceived(have);
    // A server that knows no ranges sends the same bytes again and again: those are no progress.
    let furthest = have;
    await persistently(what, patience, signal, async (advanced) => {
      if (have === file.size) return;
      const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
      const response = await hub.get(address, what, { headers, signal });
      if (have > 0 && !continuesAt(response, have)) await beginAnew();
      for await (const chunk of received(response, signal)) {
        if (have + chunk.length > file.size) {
          await beginAnew();
          throw new HubError('hub-broken', what, `> ${file.size} bytes`);
        }
        await writeAll(handle, chunk, have);
        hash.update(chunk);
        have += chunk.length;
        onReceived(have);
        if (have <= furthest) continue;
        furthest = have;
        advanced();
      }
      if (have < file.size) throw new ConnectionFailure('interrupted', `${have} of ${file.size} bytes`);
    });
    await handle.sync();
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

/** Whether an answer goes on where it was asked to, rather than from the beginning. */
function continuesAt({ status, headers }: HubResponse, offset: number): boolean {
  return status === 206 && header(headers, 'content-range')?.startsWith(`bytes ${offset}-`) === true;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
