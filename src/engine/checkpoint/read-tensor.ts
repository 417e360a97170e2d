import { open } from 'node:fs/promises';
import type { TensorLocation } from './safetensors';

// Every machine that ONNX Runtime has a library for is little-endian, as the format is.
/** Bytes of source read at a time while widening: memory stays flat whatever the size of the tensor. */
const CHUNK_BYTES = 4 << 20;

/**
 * A tensor's numbers, whatever they are stored as.
 *
 * @throws when the file cannot be read, or became shorter since its header was read
 */
export async function readTensor(location: TensorLocation): Promise<Float32Array> {
  const numbers = new Float32Array(location.shape.reduce((product, dim) => product * dim, 1));
  let filled = 0;
  for await (const chunk of widenedChunks(location)) {
    numbers.set(chunk, filled);
    filled += chunk.length;
  }
  return numbers;
}

/** As {@link readTensor}, a few million bytes at a time. */
export async function* widenedChunks({
  file,
  offset,
  byteLength,
  dtype,
}: TensorLocation): AsyncGenerator<Float32Array> {
  const input = await open(file, 'r');
  try {
    for (let done = 0; done < byteLength; ) {
      const bytes = new Uint8Array(Math.min(CHUNK_BYTES, byteLength - done));
      const { bytesRead } = await input.read(bytes, 0, bytes.length, offset + done);
      if (bytesRead !== bytes.length) throw new Error(`${file} became shorter while it was read`);
      yield dtype === 'F32' ? new Float32Array(bytes.buffer) : widen(bytes, dtype);
      done += bytes.length;
    }
  } finally {
    await input.close();
  }
}

/** Little-endian bytes of a 16-bit float format → 32-bit floats. Exact: every F16 and BF16 value is an F32 value. */
function widen(bytes: Uint8Array, dtype: 'F16' | 'BF16'): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = new Float32Array(bytes.byteLength / 2);
  const bits = new Uint32Array(wide.buffer);
  for (let i = 0; i < wide.length; i++) {
    if (dtype === 'BF16') bits[i] = view.getUint16(2 * i, true) << 16;
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
