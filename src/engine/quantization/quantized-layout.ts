import type { Gpt2Config } from '../checkpoint/config';
import { gpt2Tensors } from '../checkpoint/gpt2-tensors';
import type { FileStretch } from '../graph/graph';
import { type BlockFormat, codeBytes } from './block-quantization';
import { formatFor, type QuantizationOptions } from './dtype';

/** A matrix [rows, width] in blocks along its rows. A linear module's has a row for each of its outputs. */
export interface QuantizedTensor {
  readonly rows: number;
  readonly width: number;
  readonly format: BlockFormat;
  readonly codes: FileStretch;
  /** float32, one for each block. */
  readonly scales: FileStretch;
}

/** A tensor whose numbers stay 32-bit floats. */
export interface KeptTensor extends FileStretch {
  readonly shape: readonly number[];
}

/** A matrix [in, out] of 8-bit integers with one scale a column; see `int8-columns.ts`. */
export interface ColumnsTensor {
  readonly shape: readonly [number, number];
  /** int8 [in, out] */
  readonly values: FileStretch;
  /** float32 [out] */
  readonly scales: FileStretch;
}

/** What lies where in the file of a quantised checkpoint; keyed by the names of {@link gpt2Tensors}. */
export interface QuantizedLayout {
  readonly file: string;
  readonly quantized: ReadonlyMap<string, QuantizedTensor>;
  readonly kept: ReadonlyMap<string, KeptTensor>;
  /** The linear modules a second time, keyed by module: `h.0.attn.c_attn`. Empty unless they are wanted for prefill. */
  readonly columns: ReadonlyMap<string, ColumnsTensor>;
  /** Bytes of the whole file. */
  readonly size: number;
}

/** Tensors begin at pages, so that each can be mapped by itself. */
const ALIGNMENT = 4096;

/** Lays out a model's tensors, one after the other. */
export function quantizedLayout(config: Gpt2Config, options: QuantizationOptions, file: string): QuantizedLayout {
  const quantized = new Map<string, QuantizedTensor>();
  const kept = new Map<string, KeptTensor>();
  let size = 0;
  const place = (byteLength: number): FileStretch => {
    const offset = Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    size = offset + byteLength;
    return { file, offset, byteLength };
  };
  for (const [name, shape] of gpt2Tensors(config)) {
    const matrix = matrixOf(name, shape, options);
    if (matrix === undefined) {
      kept.set(name, { shape, ...place(shape.reduce((product, dim) => product * dim, 4)) });
      continue;
    }
    const blocks = (matrix.rows * matrix.width) / matrix.format.blockSize;
    const codes = place(blocks * codeBytes(matrix.format));
    quantized.set(name, { ...matrix, codes, scales: place(4 * blocks) });
  }
  const columns = new Map<string, ColumnsTensor>();
  for (const [name, [rows = 0, width = 0]] of options.prefill === 'columns' ? gpt2Tensors(config) : []) {
    if (!isConv1d(name)) continue;
    const values = place(rows * width);
    columns.set(name.slice(0, -'.weight'.length), { shape: [rows, width], values, scales: place(4 * width) });
  }
  return { file, quantized, kept, columns, size };
}

/** Whether a tensor lies in the checkpoint as Conv1D has it, [in, out], and not row by row as the embedding. */
export function isConv1d(name: string): boolean {
  return /\.c_(attn|proj|fc)\.weight$/.test(name);
}

function matrixOf(
  name: string,
  [first = 0, second = 0]: readonly number[],
  { modules, embedding }: QuantizationOptions,
): Pick<QuantizedTensor, 'rows' | 'width' | 'format'> | undefined {
  const conv1d = isConv1d(name);
  if (!conv1d && name !== 'wte.weight' && name !== 'lm_head.weight') return undefined;
  const [rows, width] = conv1d ? [second, first] : [first, second];
  const format = formatFor(width, conv1d ? modules : embedding);
  return format && { rows, width, format };
}
