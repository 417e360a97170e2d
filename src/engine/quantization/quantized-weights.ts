import type { FileHandle } from 'node:fs/promises';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCacheFile } from '../checkpoint/cache-file';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { matrixRows, readTensor } from '../checkpoint/read-tensor';
import { rememberedFingerprint } from '../checkpoint/remembered-fingerprint';
import type { TensorLocation } from '../checkpoint/safetensors';
import { writeAt } from '../checkpoint/write-at';
import { type BlockFormat, quantizeBlocks } from './block-quantization';
import type { QuantizationOptions } from './dtype';
import { quantisingWork } from './import-progress';
import { quantizeColumns } from './int8-columns';
import {
  type ColumnsTensor,
  isConv1d,
  type QuantizedLayout,
  type QuantizedTensor,
  quantizedLayout,
} from './quantized-layout';
import { transposed } from './transposed';

/** Changes when the same options give another file. */
const FORMAT_VERSION = 2;

/** In the names of what is of no other version: files of quantised weights, and arranged copies of them. */
export const QUANTIZED_VERSION = `-v${FORMAT_VERSION}`;

/** Numbers of an embedding that are read at a time; of a linear module all are, they have to be turned round. */
const CHUNK_NUMBERS = 1 << 22;

export interface ImportOptions {
  /** Where the quantised weights are kept. Deleting them loses nothing but the time to make them again. */
  readonly cacheFolder: string;
  /** The share that has been quantised, from 0 to 1; not called when they were there already. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/**
 * The weights of a checkpoint, quantised, in a file that can be mapped. They are made once, matrix by matrix, and found
 * again by the contents of the checkpoint and the options; who stops meanwhile leaves no file that could be mistaken
 * for a whole one.
 *
 * @throws when the checkpoint cannot be read or the file cannot be written
 */
export async function quantizedWeights(
  checkpoint: Checkpoint,
  options: QuantizationOptions,
  { cacheFolder, onProgress }: ImportOptions,
): Promise<QuantizedLayout> {
  const layout = await plannedWeights(checkpoint, options, cacheFolder);
  const present = await stat(layout.file).catch(() => undefined);
  if (present?.size !== layout.size) {
    await writeCacheFile(layout.file, (output) => writeAll(checkpoint, layout, output, onProgress));
  }
  return layout;
}

/**
 * Where the weights of a checkpoint lie once they are quantised, whether they are or not.
 *
 * @param onHashed See {@link rememberedFingerprint}.
 */
export async function plannedWeights(
  checkpoint: Checkpoint,
  options: QuantizationOptions,
  cacheFolder: string,
  onHashed?: (share: number) => void,
): Promise<QuantizedLayout> {
  const fingerprint = await rememberedFingerprint(checkpoint, cacheFolder, onHashed);
  const { modules, embedding, prefill } = options;
  const formats = [shortName(modules), shortName(embedding), ...(prefill === undefined ? [] : [prefill])].join('-');
  const name = `${fingerprint.slice(0, 32)}-${formats}${QUANTIZED_VERSION}.quantized`;
  return quantizedLayout(checkpoint.config, options, join(cacheFolder, name));
}

function shortName({ bits, blockSize }: BlockFormat): string {
  return `int${bits}x${blockSize}`;
}

async function writeAll(
  { tensors }: Checkpoint,
  { quantized, kept, columns, size }: QuantizedLayout,
  output: FileHandle,
  onProgress: ImportOptions['onProgress'],
): Promise<void> {
  const total = [...tensors].reduce((sum, [name, source]) => sum + quantisingWork(name, source), 0);
  let done = 0;
  await output.truncate(size);
  onProgress?.(0);
  for (const [name, source] of tensors) {
    const target = quantized.get(name);
    const place = kept.get(name);
    if (target !== undefined) await writeQuantized(name, source, target, output);
    else if (place !== undefined) await writeAt(output, await readTensor(source), place.offset);
    const second = columns.get(name.replace(/\.weight$/, ''));
    if (second !== undefined) await writeColumns(await readTensor(source), second, output);
    done += quantisingWork(name, source);
    onProgress?.(done / total);
  }
}

async function writeQuantized(
  name: string,
  source: TensorLocation,
  { rows, width, format, codes, scales }: QuantizedTensor,
  output: FileHandle,
): Promise<void> {
  const rowsAtOnce = isConv1d(name) ? rows : Math.max(1, Math.floor(CHUNK_NUMBERS / width));
  for (let row = 0; row < rows; row += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - row);
    const numbers = isConv1d(name)
      ? transposed(await readTensor(source), width, rows)
      : await readTensor(matrixRows(source, row, count));
    const blocks = quantizeBlocks(numbers, format);
    await writeAt(output, blocks.codes, codes.offset + row * (codes.byteLength / rows));
    await writeAt(output, blocks.scales, scales.offset + row * (scales.byteLength / rows));
  }
}

async function writeColumns(
  numbers: Float32Array,
  { shape: [K, N], values, scales }: ColumnsTensor,
  output: FileHandle,
): Promise<void> {
  const columns = quantizeColumns(numbers, K, N);
  await writeAt(output, columns.values, values.offset);
  await writeAt(output, columns.scales, scales.offset);
}
