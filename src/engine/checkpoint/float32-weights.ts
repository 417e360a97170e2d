import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from './checkpoint';
import type { TensorLocation } from './safetensors';
import { writeWholeFile } from './whole-file';

/** Bytes of source read at a time while widening: memory stays flat whatever the size of the model. */
const CHUNK_BYTES = 4 << 20;

/** ONNX asks for page-aligned external data, so that each tensor can be mapped by itself. */
const ALIGNMENT = 4096;

/**
 * The weights as 32-bit floats that can be memory-mapped. Weights stored as F32 stay where they are, in the
 * checkpoint's own file. If any is stored otherwise, all go, streaming, into one cache file under `cacheFolder`: ONNX
 * Runtime maps files of one folder only. The cache can be deleted at any time: it is made again.
 */
export async function float32Weights(
  checkpoint: Checkpoint,
  cacheFolder: string,
): Promise<ReadonlyMap<string, TensorLocation>> {
  const sources = [...checkpoint.tensors];
  const mappable = ([, tensor]: (typeof sources)[number]) => tensor.dtype === 'F32' && tensor.offset % 4 === 0;
  if (sources.every(mappable)) return checkpoint.tensors;

  const cacheFile = join(cacheFolder, `${await fingerprint(sources)}.float32`);
  const widened = layOut(sources, cacheFile);
  const end = Math.max(...[...widened.values()].map(({ offset, byteLength }) => offset + byteLength));
  const present = await stat(cacheFile).catch(() => undefined);
  if (present?.size !== end) await writeWidened(sources, widened, cacheFile);
  return widened;
}

/** Changes when any source file is replaced or edited, or when this layout does. */
async function fingerprint(tensors: readonly (readonly [string, TensorLocation])[]): Promise<string> {
  const hash = createHash('sha256').update(`float32 v1 align ${ALIGNMENT}\n`);
  for (const file of new Set(tensors.map(([, tensor]) => tensor.file))) {
    const { size, mtimeMs } = await stat(file);
    hash.update(`${file}\n${size}\n${mtimeMs}\n`);
  }
  for (const [name, tensor] of tensors) hash.update(`${name} ${tensor.offset} ${tensor.dtype} ${tensor.shape}\n`);
  return hash.digest('hex').slice(0, 32);
}

function layOut(tensors: readonly (readonly [string, TensorLocation])[], file: string): Map<string, TensorLocation> {
  const placed = new Map<string, TensorLocation>();
  let offset = 0;
  for (const [name, { shape }] of tensors) {
    offset = Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
    const byteLength = shape.reduce((product, dim) => product * dim, 4);
    placed.set(name, { file, offset, byteLength, dtype: 'F32', shape });
    offset += byteLength;
  }
  return placed;
}

async function writeWidened(
  sources: readonly (readonly [string, TensorLocation])[],
  targets: ReadonlyMap<string, TensorLocation>,
  cacheFile: string,
): Promise<void> {
  await writeWholeFile(cacheFile, async (output) => {
    for (const [name, source] of sources) {
      const target = targets.get(name);
      if (target === undefined) continue;
      const input = await open(source.file, 'r');
      try {
        let written = target.offset;
        for (let done = 0; done < source.byteLength; ) {
          const bytes = new Uint8Array(Math.min(CHUNK_BYTES, source.byteLength - done));
          const { bytesRead } = await input.read(bytes, 0, bytes.length, source.offset + done);
          if (bytesRead !== bytes.length) throw new Error(`${source.file} became shorter while it was read`);
          const wide = widen(bytes, source.dtype);
          const buffer = Buffer.from(wide.buffer, wide.byteOffset, wide.byteLength);
          for (let sent = 0; sent < buffer.length; ) {
            sent += (await output.write(buffer, sent, buffer.length - sent, written + sent)).bytesWritten;
          }
          written += wide.byteLength;
          done += bytes.length;
        }
      } finally {
        await input.close();
      }
    }
  });
}

/** Little-endian bytes of any stored float format → 32-bit floats. Exact: every F16 and BF16 value is an F32 value. */
export function widen(bytes: Uint8Array, dtype: TensorLocation['dtype']): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = new Float32Array(bytes.byteLength / (dtype === 'F32' ? 4 : 2));
  const bits = new Uint32Array(wide.buffer);
  for (let i = 0; i < wide.length; i++) {
    if (dtype === 'F32') bits[i] = view.getUint32(4 * i, true);
    else if (dtype === 'BF16') bits[i] = view.getUint16(2 * i, true) << 16;
    else wide[i] = float16(view.getUint16(2 * i, true));
  }
  return wide;
}

/** IEEE 754 binary16 → number. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
