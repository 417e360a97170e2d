import { type FileHandle, open } from 'node:fs/promises';
import { CheckpointError } from './checkpoint-error';

/** A file of weights that is open for reading here and there. */
export interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  /** Bytes of the whole file. */
  readonly size: number;
}

/**
 * Opens a file of weights for as long as `read` takes.
 *
 * @throws {CheckpointError} weights-missing
 */
export async function withFile<T>(path: string, read: (file: OpenFile) => Promise<T>): Promise<T> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw new CheckpointError('weights-missing', [path], error instanceof Error ? error.message : String(error));
  }
  try {
    return await read({ path, handle, size: (await handle.stat()).size });
  } finally {
    await handle.close();
  }
}

/**
 * `length` bytes from `position` on. Nothing is allocated for what the file does not have.
 *
 * @throws {CheckpointError} weights-truncated
 */
export async function readExactly({ path, handle, size }: OpenFile, position: number, length: number): Promise<Buffer> {
  const available = Math.max(0, Math.min(length, size - position));
  const buffer = Buffer.alloc(available);
  const { bytesRead } = available === 0 ? { bytesRead: 0 } : await handle.read(buffer, 0, available, position);
  if (bytesRead !== length) {
    throw new CheckpointError('weights-truncated', [path], `${bytesRead} of ${length} bytes at ${position}`);
  }
  return buffer;
}
