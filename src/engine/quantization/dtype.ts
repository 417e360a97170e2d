import type { Checkpoint } from '../checkpoint/checkpoint';
import type { BlockFormat } from './block-quantization';

/** What the weights are while the model runs. */
export const DTYPES = ['fp32', 'int8', 'int4'] as const;
export type Dtype = (typeof DTYPES)[number];

/** Above this many bytes of 32-bit weights, a model runs in 8 bits unless told otherwise. */
const LARGEST_FP32 = 256 * 2 ** 20;

/**
 * The dtype for a model whose user did not choose: a small one is fast enough as it is, opens without being quantised
 * first, and gives the numbers of Hugging Face; a large one gains three times the speed and half the memory, for less
 * than 0.1 % of its loss.
 */
export function defaultDtype({ tensors }: Checkpoint): Dtype {
  let bytes = 0;
  for (const { shape } of tensors.values()) bytes += shape.reduce((product, dim) => product * dim, 4);
  return bytes <= LARGEST_FP32 ? 'fp32' : 'int8';
}

/** How the matrices of a checkpoint are quantised. LayerNorms, biases and positions stay 32-bit floats. */
export interface QuantizationOptions {
  /** The linear modules of the blocks. */
  readonly modules: BlockFormat;
  /** The token embedding, which is also the head when they are tied, and the head when they are not. */
  readonly embedding: BlockFormat;
  /**
   * `columns` adds the linear modules once more, as 8-bit integers with one scale a column: long prompts are evaluated
   * twice as fast with them. They are mapped, and take no private memory.
   */
  readonly prefill?: 'columns';
}

/** The formats behind `int8` and `int4`, chosen by `npm run bench:quantisation`. */
export const QUANTIZATIONS: Readonly<Record<Exclude<Dtype, 'fp32'>, QuantizationOptions>> = {
  int8: { modules: { bits: 8, blockSize: 128 }, embedding: { bits: 8, blockSize: 128 } },
  int4: { modules: { bits: 4, blockSize: 128 }, embedding: { bits: 8, blockSize: 128 }, prefill: 'columns' },
};

/** Smaller blocks ONNX Runtime does not know. */
const SMALLEST_BLOCK = 16;

/**
 * The format for rows of `width` numbers: whole blocks, as long as wanted or the next shorter that fits. `undefined`
 * when no block fits.
 */
export function formatFor(width: number, { bits, blockSize }: BlockFormat): BlockFormat | undefined {
  for (let size = blockSize; size >= SMALLEST_BLOCK; size /= 2) {
    if (width % size === 0) return { bits, blockSize: size };
  }
  return undefined;
}
