/** How numbers are stored: blocks of `blockSize` of them, each number a code of `bits` bits, each block one scale. */
export interface BlockFormat {
  readonly bits: 4 | 8;
  /** A power of two, at least 16. */
  readonly blockSize: number;
}

/** Blocks as ONNX Runtime's MatMulNBits reads them: number = (code − 2^(bits−1)) · scale. */
export interface QuantizedBlocks {
  /** Codes of 4 bits lie two in a byte, the first in the lower half. */
  readonly codes: Uint8Array;
  /** One for each block; those of 4-bit blocks may be negative. */
  readonly scales: Float32Array;
}

/** Bytes that the codes of one block take. */
export function codeBytes({ bits, blockSize }: BlockFormat): number {
  return (bits * blockSize) / 8;
}

/**
 * Rounds consecutive blocks of `numbers` to the nearest codes.
 *
 * @throws {RangeError} when `numbers` does not end with a block
 */
export function quantizeBlocks(numbers: Float32Array, format: BlockFormat): QuantizedBlocks {
  const { bits, blockSize } = format;
  const blocks = numbers.length / blockSize;
  if (!Number.isInteger(blocks)) throw new RangeError(`${numbers.length} numbers in blocks of ${blockSize}`);
  const codes = new Uint8Array(blocks * codeBytes(format));
  const scales = new Float32Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const start = block * blockSize;
    const end = start + blockSize;
    scales[block] = bits === 8 ? largest(numbers, start, end) / 127 : fourBitScale(numbers, start, end);
    const scale = scales[block] ?? 0; // as rounded to 32 bits
    const inverse = scale === 0 ? 0 : 1 / scale;
    if (bits === 8) {
      for (let i = start; i < end; i++) codes[i] = clamp((numbers[i] ?? 0) * inverse + 128.5, 255);
    } else {
      for (let i = start; i < end; i += 2) {
        const low = clamp((numbers[i] ?? 0) * inverse + 8.5, 15);
        const high = clamp((numbers[i + 1] ?? 0) * inverse + 8.5, 15);
        codes[i >> 1] = low | (high << 4);
      }
    }
  }
  return { codes, scales };
}

/** The numbers that the codes stand for. */
export function dequantizeBlocks({ codes, scales }: QuantizedBlocks, { bits, blockSize }: BlockFormat): Float32Array {
  return Float32Array.from({ length: scales.length * blockSize }, (_, i) => {
    const scale = scales[Math.floor(i / blockSize)] ?? 0;
    if (bits === 8) return ((codes[i] ?? 0) - 128) * scale;
    return ((((codes[i >> 1] ?? 0) >> (4 * (i & 1))) & 15) - 8) * scale;
  });
}

/** The greatest magnitude among numbers [start, end). */
function largest(numbers: Float32Array, start: number, end: number): number {
  let most = 0;
  for (let i = start; i < end; i++) most = Math.max(most, Math.abs(numbers[i] ?? 0));
  return most;
}

/** Where in the code range the largest number is tried: beyond −8 it is clipped, for the good of all the others. */
const FOUR_BIT_RANGES = [-8, -7.5, -7, -8.5, -9, -6.5, 7] as const;

/**
 * The scale that rounds a block to 4 bits with the least squared error. The codes reach from −8 to 7, so that −8 is for
 * the largest number, whatever its sign: the scale has the opposite one.
 */
function fourBitScale(numbers: Float32Array, start: number, end: number): number {
  let extreme = 0;
  for (let i = start; i < end; i++) if (Math.abs(numbers[i] ?? 0) > Math.abs(extreme)) extreme = numbers[i] ?? 0;
  if (extreme === 0) return 0;
  let best = extreme / FOUR_BIT_RANGES[0];
  let leastError = Number.POSITIVE_INFINITY;
  for (const range of FOUR_BIT_RANGES) {
    const inverse = range / extreme;
    // With the codes chosen, the scale that fits them best is Σxc / Σc², and the squared error Σx² − (Σxc)² / Σc².
    let xc = 0;
    let cc = 0;
    for (let i = start; i < end; i++) {
      const x = numbers[i] ?? 0;
      const code = clamp(x * inverse + 8.5, 15) - 8;
      xc += x * code;
      cc += code * code;
    }
    const error = cc === 0 ? 0 : -(xc * xc) / cc;
    if (error < leastError) {
      leastError = error;
      best = xc / cc;
    }
  }
  return best;
}

/** Rounds down into 0 … `most`. */
function clamp(x: number, most: number): number {
  return x <= 0 ? 0 : x >= most + 1 ? most : x | 0;
}
