import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from './checkpoint-error';
import { readPytorchHeader } from './pytorch/read-pytorch';
import { readSafetensorsHeader, type TensorLocation } from './safetensors';
import { readShardIndex } from './shard-index';

interface Container {
  readonly name: string;
  readonly read: typeof readSafetensorsHeader;
}

/** In the order in which Hugging Face looks for them; each may be cut into parts that an index lists. */
const CONTAINERS: readonly Container[] = [
  { name: 'model.safetensors', read: readSafetensorsHeader },
  { name: 'pytorch_model.bin', read: readPytorchHeader },
];

export interface FoundWeights {
  /** The file that names the tensors: the weights themselves, or the index of their parts. */
  readonly source: string;
  readonly tensors: ReadonlyMap<string, TensorLocation>;
}

/**
 * Finds the weights of a Hugging Face folder in whatever container they come: safetensors or PyTorch's own, whole or in
 * parts. No number is read. Tensors whose name `wanted` refuses are passed over.
 *
 * @throws {CheckpointError} naming the file and the cure
 */
export async function findWeights(folder: string, wanted: (name: string) => boolean): Promise<FoundWeights> {
  for (const { name, read } of CONTAINERS) {
    const whole = join(folder, name);
    if (await isThere(whole)) {
      const source = await resolveLink(whole);
      return { source, tensors: await requirePlausible(await read(source, wanted)) };
    }
    const index = `${whole}.index.json`;
    if (!(await isThere(index))) continue;
    const tensors = new Map<string, TensorLocation>();
    for (const shard of await readShardIndex(index, name.slice(name.lastIndexOf('.')), wanted)) {
      for (const [name, tensor] of await read(await resolveLink(shard), wanted)) tensors.set(name, tensor);
    }
    return { source: index, tensors: await requirePlausible(tensors) };
  }
  throw new CheckpointError('weights-missing', [join(folder, 'model.safetensors')], '');
}

/**
 * Tensors may share their numbers, as embedding and head do. More than that would fill memory and disk with what is
 * hardly there: a thousand layers, all of them the same bytes.
 */
async function requirePlausible(
  tensors: ReadonlyMap<string, TensorLocation>,
): Promise<ReadonlyMap<string, TensorLocation>> {
  const files = [...new Set([...tensors.values()].map(({ file }) => file))];
  let held = 0;
  for (const file of files) held += (await stat(file)).size;
  const claimed = [...tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (claimed <= 2 * held) return tensors;
  throw new CheckpointError('weights-excessive', files, `tensors of ${claimed} bytes in ${held} bytes`);
}

/** The Hugging Face cache holds links into a store of blobs, and ONNX Runtime maps the real file only. */
function resolveLink(file: string): Promise<string> {
  return realpath(file).catch(() => file);
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    (info) => info.isFile(),
    () => false,
  );
}
