import type { FileHandle } from 'node:fs/promises';
import { writeWholeFile } from './whole-file';

/** A tensor to be written as F32. `data` may be made when its turn comes, so that one tensor at a time is in memory. */
export interface TensorToWrite {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | (() => Promise<Float32Array>);
}

/** The format's own writer pads the header with spaces so that the data begins at a multiple of this. */
const ALIGNMENT = 8;

/** What Python's libraries look for before they read the file as PyTorch's tensors. */
const FORMAT = { format: 'pt' } as const;

/**
 * Writes a safetensors file of F32 tensors: 8 bytes little-endian length, JSON, then the data. Others see it whole or
 * not at all.
 * Source: https://huggingface.co/docs/safetensors
 *
 * @throws {RangeError} when a tensor has another number of entries than its shape says, or two have the same name
 */
export async function writeSafetensors(
  file: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = FORMAT,
): Promise<void> {
  const header = encodeHeader(tensors, metadata);
  await writeWholeFile(file, async (output) => {
    await write(output, header);
    for (const { name, shape, data } of tensors) {
      const numbers = typeof data === 'function' ? await data() : data;
      if (numbers.length !== numberOfEntries(shape)) {
        throw new RangeError(`${name}: ${numbers.length} numbers for the shape [${shape}]`);
      }
      await write(output, Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength));
    }
  });
}

function encodeHeader(tensors: readonly TensorToWrite[], metadata: Readonly<Record<string, string>>): Buffer {
  const entries = new Map<string, unknown>([['__metadata__', metadata]]);
  let end = 0;
  for (const { name, shape } of tensors) {
    if (entries.has(name)) throw new RangeError(`two tensors are called ${name}`);
    const begin = end;
    end += 4 * numberOfEntries(shape);
    entries.set(name, { dtype: 'F32', shape, data_offsets: [begin, end] });
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(8 + length, ' ');
  header.writeBigUInt64LE(BigInt(length));
  json.copy(header, 8);
  return header;
}

function numberOfEntries(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** Appends all of `bytes`: the system may take less at a time. */
async function write(output: FileHandle, bytes: Buffer): Promise<void> {
  for (let sent = 0; sent < bytes.length; ) {
    sent += (await output.write(bytes, sent, bytes.length - sent)).bytesWritten;
  }
}
