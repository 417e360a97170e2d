import type { FileHandle } from 'node:fs/promises';

/**
 * Writes all of `data` at a place in a file.
 *
 * @throws {RangeError} when `offset` is no place: Node takes a fraction for “where the last write ended”
 */
export async function writeAt(output: FileHandle, data: ArrayBufferView, offset: number): Promise<void> {
  if (!Number.isSafeInteger(offset) || offset < 0) throw new RangeError(`no place in a file: ${offset}`);
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  for (let sent = 0; sent < bytes.length; ) {
    sent += (await output.write(bytes, sent, bytes.length - sent, offset + sent)).bytesWritten;
  }
}
