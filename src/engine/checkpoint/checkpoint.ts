import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from './checkpoint-error';
import { type Gpt2Config, readConfig } from './config';
import { gpt2Tensors } from './gpt2-tensors';
import { readSafetensorsHeader, type TensorLocation } from './safetensors';

/** A model folder whose files were found to fit each other. No weight has been read yet. */
export interface Checkpoint {
  readonly folder: string;
  readonly config: Gpt2Config;
  /** Keyed by the names of {@link gpt2Tensors}. */
  readonly tensors: ReadonlyMap<string, TensorLocation>;
}

/**
 * Opens a Hugging Face folder: config.json and model.safetensors.
 *
 * @throws {CheckpointError} naming the file and the cure
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  await requireFolder(folder);
  const configFile = join(folder, 'config.json');
  const config = await readConfig(configFile);
  const weightsFile = await resolveLink(join(folder, 'model.safetensors'));

  const expected = gpt2Tensors(config);
  // Old files carry the attention masks as buffers in odd formats: only what the model needs is looked at.
  const found = await readSafetensorsHeader(weightsFile, (name) => expected.has(withoutPrefix(name)));
  const tensors = new Map([...found].map(([name, tensor]) => [withoutPrefix(name), tensor]));

  for (const [name, shape] of expected) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new CheckpointError('tensor-missing', [weightsFile, configFile], name);
    if (!sameShape(tensor.shape, shape)) {
      const detail = `${name}: [${tensor.shape}] in the weights, [${shape}] by the config`;
      throw new CheckpointError('tensor-misshapen', [weightsFile, configFile], detail);
    }
  }
  return { folder, config, tensors };
}

async function requireFolder(folder: string): Promise<void> {
  const info = await stat(folder).catch(() => undefined);
  if (info === undefined || !info.isDirectory()) throw new CheckpointError('folder-missing', [folder], '');
  if ((await readdir(folder)).length === 0) throw new CheckpointError('folder-empty', [folder], '');
}

/** The Hugging Face cache holds links into a store of blobs, and ONNX Runtime maps the real file only. */
async function resolveLink(file: string): Promise<string> {
  return realpath(file).catch(() => file);
}

function withoutPrefix(name: string): string {
  return name.startsWith('transformer.') ? name.slice('transformer.'.length) : name;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}
