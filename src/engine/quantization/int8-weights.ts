import type { FileHandle } from 'node:fs/promises';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCacheFile } from '../checkpoint/cache-file';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { LORA_TARGETS, loraModules } from '../checkpoint/lora-modules';
import { readTensor } from '../checkpoint/read-tensor';
import { rememberedFingerprint } from '../checkpoint/remembered-fingerprint';
import type { TensorLocation } from '../checkpoint/safetensors';
import { writeAt } from '../checkpoint/write-at';
import { quantizeColumns } from './int8-columns';
import { transposed } from './transposed';

/** Where an array of numbers lies in a file. */
export interface ArrayLocation {
  readonly file: string;
  readonly offset: number;
  readonly byteLength: number;
  readonly shape: readonly number[];
}

export interface Int8MatrixLocation {
  /** int8 [k, n] */
  readonly values: ArrayLocation;
  /** float32 [n] */
  readonly scales: ArrayLocation;
}

/** A checkpoint whose linear modules are quantised in both directions, in one file that can be mapped. */
export interface Int8Weights {
  /** By module, `h.0.attn.c_attn`: W [in, out] and Wᵀ [out, in], each by its own columns. */
  readonly matrices: ReadonlyMap<
    string,
    { readonly weight: Int8MatrixLocation; readonly transposed: Int8MatrixLocation }
  >;
  /** The other tensors, as 32-bit floats. */
  readonly tensors: ReadonlyMap<string, TensorLocation>;
}

/** ONNX asks for page-aligned external data, so that each tensor can be mapped by itself. */
const ALIGNMENT = 4096;

/** Increase it when the file's layout changes. */
const VERSION = 1;

/** Names of files that are of no other version end with this. */
export const INT8_COLUMNS_ENDING = `.int8-columns-v${VERSION}`;

/**
 * Weights for training beside a frozen base in 8 bits, from a cache file below `cacheFolder` that is made, one tensor at
 * a time, when it is not there. Deleting it loses nothing.
 */
export async function int8Weights(checkpoint: Checkpoint, cacheFolder: string): Promise<Int8Weights> {
  const key = (await rememberedFingerprint(checkpoint, cacheFolder)).slice(0, 32);
  const file = join(cacheFolder, `${key}${INT8_COLUMNS_ENDING}`);
  const { weights, end } = layOut(checkpoint, file);
  const present = await stat(file).catch(() => undefined);
  if (present?.size !== end) await writeCacheFile(file, (output) => write(output, checkpoint, weights, end));
  return weights;
}

function layOut(checkpoint: Checkpoint, file: string): { readonly weights: Int8Weights; readonly end: number } {
  let end = 0;
  const place = (shape: readonly number[], bytesEach: number): ArrayLocation => {
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    const byteLength = shape.reduce((product, dim) => product * dim, bytesEach);
    end = offset + byteLength;
    return { file, offset, byteLength, shape };
  };
  const matrix = (k: number, n: number): Int8MatrixLocation => ({ values: place([k, n], 1), scales: place([n], 4) });
  const modules = [...loraModules(checkpoint.config, LORA_TARGETS)];
  const matrices = new Map(
    modules.map(([module, width]) => [
      module,
      { weight: matrix(width.in, width.out), transposed: matrix(width.out, width.in) },
    ]),
  );
  const tensors = new Map<string, TensorLocation>();
  for (const [name, { shape }] of checkpoint.tensors) {
    if (!matrices.has(moduleOf(name))) tensors.set(name, { ...place(shape, 4), dtype: 'F32' });
  }
  return { weights: { matrices, tensors }, end };
}

/** `h.0.mlp.c_fc.weight` → `h.0.mlp.c_fc`; a name that is no module's for other tensors. */
function moduleOf(name: string): string {
  return name.endsWith('.weight') ? name.slice(0, -'.weight'.length) : '';
}

async function write(output: FileHandle, checkpoint: Checkpoint, weights: Int8Weights, end: number): Promise<void> {
  for (const [name, location] of checkpoint.tensors) {
    const data = await readTensor(location);
    const target = weights.tensors.get(name);
    if (target !== undefined) {
      await writeAt(output, data, target.offset);
      continue;
    }
    const matrices = weights.matrices.get(moduleOf(name));
    const [K = 0, N = 0] = location.shape;
    if (matrices === undefined) throw new Error(`no place for ${name}`);
    await writeMatrix(output, data, K, N, matrices.weight);
    await writeMatrix(output, transposed(data, K, N), N, K, matrices.transposed);
  }
  await output.truncate(end);
}

async function writeMatrix(
  output: FileHandle,
  w: Float32Array,
  K: number,
  N: number,
  place: Int8MatrixLocation,
): Promise<void> {
  const { values, scales } = quantizeColumns(w, K, N);
  await writeAt(output, values, place.values.offset);
  await writeAt(output, scales, place.scales.offset);
}
