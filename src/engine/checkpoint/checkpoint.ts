import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from './checkpoint-error';
import { type Gpt2Config, readConfig } from './config';
import { gpt2Tensors } from './gpt2-tensors';
import type { TensorLocation } from './safetensors';
import { findWeights } from './weight-files';

/** A model folder whose files were found to fit each other. No weight has been read yet. */
export interface Checkpoint {
  readonly folder: string;
  readonly config: Gpt2Config;
  /** Keyed by the names of {@link gpt2Tensors}. */
  readonly tensors: ReadonlyMap<string, TensorLocation>;
}

/**
 * Opens a Hugging Face folder: config.json and the weights, as safetensors or as PyTorch wrote them, whole or in parts.
 *
 * @throws {CheckpointError} naming the file and the cure
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  await requireFolder(folder);
  const configFile = join(folder, 'config.json');
  const config = await readConfig(configFile);
  const expected = gpt2Tensors(config);
  // Old files carry the attention masks as buffers in odd formats: only what the model needs is looked at.
  const { source, tensors: found } = await findWeights(folder, (name) => expected.has(withoutPrefix(name)));
  const tensors = new Map([...found].map(([name, tensor]) => [withoutPrefix(name), tensor]));

  for (const [name, shape] of expected) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new CheckpointError('tensor-missing', [source, configFile], name);
    if (!sameShape(tensor.shape, shape)) {
      const detail = `${name}: [${tensor.shape}] in the weights, [${shape}] by the config`;
      throw new CheckpointError('tensor-misshapen', [source, configFile], detail);
    }
  }
  return { folder, config, tensors };
}

async function requireFolder(folder: string): Promise<void> {
  const info = await stat(folder).catch(() => undefined);
  if (info === undefined || !info.isDirectory()) throw new CheckpointError('folder-missing', [folder], '');
  if ((await readdir(folder)).length === 0) throw new CheckpointError('folder-empty', [folder], '');
}

function withoutPrefix(name: string): string {
  return name.startsWith('transformer.') ? name.slice('transformer.'.length) : name;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}
