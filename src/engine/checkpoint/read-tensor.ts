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

/** As {@link readTensor}, a few million bytes at a time; a tensor whose numbers lie scattered comes as a whole. */
export async function* widenedChunks(location: TensorLocation): AsyncGenerator<Float32Array> {
  const { file, offset, byteLength, dtype, shape, strides } = location;
  if (strides !== undefined) {
    yield gathered(await spanOf(location, strides), shape, strides);
    return;
  }
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

/** Rows [from, from + count) of a matrix. */
export function matrixRows(matrix: TensorLocation, from: number, count: number): TensorLocation {
  const [rows = 1, width = 1] = matrix.shape;
  const rowBytes = matrix.byteLength / rows;
  const [rowStride = width] = matrix.strides ?? [];
  return {
    ...matrix,
    offset: matrix.offset + (from * rowStride * rowBytes) / width,
    byteLength: count * rowBytes,
    shape: [count, width],
  };
}

/** Everything from the first of the scattered numbers to the last. */
async function spanOf(location: TensorLocation, strides: readonly number[]): Promise<Float32Array> {
  const { shape, byteLength } = location;
  const numbers = shape.reduce((product, dim) => product * dim, 1);
  if (numbers === 0) return new Float32Array();
  const span = shape.reduce((last, dim, axis) => last + (dim - 1) * (strides[axis] ?? 0), 1);
  const { file, offset, dtype } = location;
  return readTensor({ file, offset, byteLength: (span * byteLength) / numbers, dtype, shape: [span] });
}

/** Row after row what lies in `span` at the multiples of `strides`. */
function gathered(span: Float32Array, shape: readonly number[], strides: readonly number[]): Float32Array {
  const numbers = new Float32Array(shape.reduce((product, dim) => product * dim, 1));
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < numbers.length; to++) {
    numbers[to] = span[from] ?? Number.NaN;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      const stride = strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        from += stride;
        break;
      }
      index[axis] = 0;
      from -= (next - 1) * stride;
    }
  }
  return numbers;
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
