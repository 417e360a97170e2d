// ggml's formats of numbers in blocks (ggml-quants.c, quantize_row_q8_0_ref and quantize_row_q4_0_ref): 32 numbers share
// one 16-bit float. Only the benchmarks write them, so that llama.cpp computes with the weights that we compute with.

export const GGML_TYPES = { f32: 0, q4_0: 2, q8_0: 8 } as const;
export type GgmlType = keyof typeof GGML_TYPES;

const BLOCK = 32;
const SCALE_BYTES = 2;

/** Bytes that `count` numbers take. */
export function ggmlBytes(type: GgmlType, count: number): number {
  switch (type) {
    case 'f32':
      return 4 * count;
    case 'q8_0':
      return (count / BLOCK) * (SCALE_BYTES + BLOCK);
    case 'q4_0':
      return (count / BLOCK) * (SCALE_BYTES + BLOCK / 2);
  }
}

/** Rounds consecutive blocks of 32 numbers; `f32` leaves them as they are. */
export function ggmlBlocks(type: GgmlType, numbers: Float32Array): Uint8Array {
  switch (type) {
    case 'f32':
      return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    case 'q8_0':
      return eightBitBlocks(numbers);
    case 'q4_0':
      return fourBitBlocks(numbers);
  }
}

/** The numbers that rounded blocks stand for. */
export function ggmlNumbers(type: GgmlType, bytes: Uint8Array): Float32Array {
  switch (type) {
    case 'f32':
      return new Float32Array(bytes.slice().buffer);
    case 'q8_0':
      return numbersOfBlocks(bytes, BLOCK, (block, i) => block.getInt8(SCALE_BYTES + i));
    case 'q4_0':
      return numbersOfBlocks(bytes, BLOCK / 2, (block, i) => {
        const pair = block.getUint8(SCALE_BYTES + (i % (BLOCK / 2)));
        return (i < BLOCK / 2 ? pair & 15 : pair >> 4) - 8;
      });
  }
}

function numbersOfBlocks(
  bytes: Uint8Array,
  codeBytes: number,
  code: (block: DataView, i: number) => number,
): Float32Array {
  const blockBytes = SCALE_BYTES + codeBytes;
  const numbers = new Float32Array((bytes.length / blockBytes) * BLOCK);
  for (let start = 0; start < numbers.length; start += BLOCK) {
    const block = new DataView(bytes.buffer, bytes.byteOffset + (start / BLOCK) * blockBytes, blockBytes);
    const scale = float16Value(block.getUint16(0, true));
    for (let i = 0; i < BLOCK; i++) numbers[start + i] = code(block, i) * scale;
  }
  return numbers;
}

function eightBitBlocks(numbers: Float32Array): Uint8Array {
  const bytes = new Uint8Array(ggmlBytes('q8_0', numbers.length));
  const view = new DataView(bytes.buffer);
  for (let start = 0, at = 0; start < numbers.length; start += BLOCK, at += SCALE_BYTES + BLOCK) {
    const scale = Math.abs(extreme(numbers, start)) / 127;
    const inverse = scale === 0 ? 0 : 1 / scale;
    view.setUint16(at, float16Bits(scale), true);
    for (let i = 0; i < BLOCK; i++) {
      const x = (numbers[start + i] ?? 0) * inverse;
      // C's roundf: halves go away from zero.
      view.setInt8(at + SCALE_BYTES + i, Math.sign(x) * Math.floor(Math.abs(x) + 0.5));
    }
  }
  return bytes;
}

function fourBitBlocks(numbers: Float32Array): Uint8Array {
  const bytes = new Uint8Array(ggmlBytes('q4_0', numbers.length));
  const view = new DataView(bytes.buffer);
  for (let start = 0, at = 0; start < numbers.length; start += BLOCK, at += SCALE_BYTES + BLOCK / 2) {
    // The largest number gets −8, whatever its sign: the codes reach from −8 to 7.
    const scale = extreme(numbers, start) / -8;
    const inverse = scale === 0 ? 0 : 1 / scale;
    const code = (i: number) => Math.min(15, Math.trunc((numbers[start + i] ?? 0) * inverse + 8.5));
    view.setUint16(at, float16Bits(scale), true);
    for (let i = 0; i < BLOCK / 2; i++) bytes[at + SCALE_BYTES + i] = code(i) | (code(i + BLOCK / 2) << 4);
  }
  return bytes;
}

/** The number of greatest magnitude in the block that begins at `start`, the first among equals. */
function extreme(numbers: Float32Array, start: number): number {
  let most = 0;
  for (let i = start; i < start + BLOCK; i++) {
    const x = numbers[i] ?? 0;
    if (Math.abs(x) > Math.abs(most)) most = x;
  }
  return most;
}

/** IEEE 754 binary16 of a number, rounded to nearest, ties to even; magnitudes below 2^−24 become 0. */
export function float16Bits(x: number): number {
  const sign = x < 0 ? 0x8000 : 0;
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -14) return sign | roundHalfEven(magnitude * 2 ** 24);
  const exponent = Math.floor(Math.log2(magnitude));
  const fraction = roundHalfEven((magnitude / 2 ** exponent - 1) * 1024);
  // A fraction of 1024 carries into the exponent, as it should.
  return sign | Math.min(0x7c00, ((exponent + 15) << 10) + fraction);
}

/** The number that the bits of an IEEE 754 binary16 stand for. */
export function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest === 0.5) return floor + (floor & 1);
  return rest > 0.5 ? floor + 1 : floor;
}
