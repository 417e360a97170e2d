import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeCacheFile } from './cache-file';
import { noteSource } from './cache-source';
import type { Checkpoint } from './checkpoint';
import { widenedChunks } from './read-tensor';
import type { TensorLocation } from './safetensors';
import { writeAt } from './write-at';

/** ONNX asks for page-aligned external data, so that each tensor can be mapped by itself. */
const ALIGNMENT = 4096;

/**
 * The weights as 32-bit floats that can be memory-mapped. Weights stored as F32 stay where they are, in the
 * checkpoint's own files. If any is stored otherwise, or not row after row, all go, streaming, into one cache file under
 * `cacheFolder`: ONNX Runtime maps files of one folder only. The cache can be deleted at any time: it is made again.
 */
export async function float32Weights(
  checkpoint: Checkpoint,
  cacheFolder: string,
): Promise<ReadonlyMap<string, TensorLocation>> {
  const sources = [...checkpoint.tensors];
  const mappable = ([, tensor]: (typeof sources)[number]) =>
    tensor.dtype === 'F32' && tensor.offset % 4 === 0 && tensor.strides === undefined;
  const folders = new Set(sources.map(([, { file }]) => dirname(file)));
  if (folders.size === 1 && sources.every(mappable)) return checkpoint.tensors;

  const key = await fingerprint(sources);
  await noteSource(cacheFolder, key, new Set(sources.map(([, { file }]) => file)));
  const cacheFile = join(cacheFolder, `${key}.float32`);
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
  for (const [name, tensor] of tensors) {
    hash.update(`${name} ${tensor.offset} ${tensor.dtype} ${tensor.shape} ${tensor.strides ?? ''}\n`);
  }
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
  await writeCacheFile(cacheFile, async (output) => {
    for (const [name, source] of sources) {
      const target = targets.get(name);
      if (target === undefined) continue;
      let at = target.offset;
      for await (const chunk of widenedChunks(source)) {
        await writeAt(output, chunk, at);
        at += chunk.byteLength;
      }
    }
  });
}
