import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { baseFingerprintOf, requireBase } from './base-fingerprint';
import { type Checkpoint, openCheckpoint } from './checkpoint';
import { CheckpointError } from './checkpoint-error';
import { gpt2Tensors } from './gpt2-tensors';
import { type LoraAdapter, openAdapter } from './peft-adapter';

/** What fine-tuning has made of a model: small matrices beside its weights, or other weights in their place. */
export type FineTuned =
  | { readonly method: 'lora'; readonly adapter: LoraAdapter }
  | { readonly method: 'full'; readonly checkpoint: Checkpoint };

/**
 * Opens what was made of `base`: a PEFT folder, or a Hugging Face folder of a model that was trained whole.
 *
 * @param fingerprintOf Asked for the base's where the folder names it.
 * @throws {CheckpointError} naming the file and the cure; adapter-mismatch and adapter-other-base where it was made of
 * another model
 */
export async function openFineTuned(
  folder: string,
  base: Checkpoint,
  fingerprintOf?: (base: Checkpoint) => Promise<string>,
): Promise<FineTuned> {
  if (await isWholeModel(folder)) {
    const checkpoint = await openCheckpoint(folder);
    const config = join(folder, 'config.json');
    requireSameShapes(checkpoint, base, [config, join(base.folder, 'config.json')]);
    const file = join(folder, 'model.safetensors');
    const fingerprint = (await exists(file)) ? await baseFingerprintOf(file) : undefined;
    await requireBase(fingerprint, file, base, fingerprintOf);
    return { method: 'full', checkpoint };
  }
  const adapter = await openAdapter(folder, base.config, base.folder);
  const file = join(folder, 'adapter_model.safetensors');
  await requireBase(adapter.config.base_fingerprint, file, base, fingerprintOf);
  return { method: 'lora', adapter };
}

/** A folder with both is an adapter's: PEFT leaves the config of the model beside it. */
async function isWholeModel(folder: string): Promise<boolean> {
  return (await exists(join(folder, 'config.json'))) && !(await exists(join(folder, 'adapter_config.json')));
}

function requireSameShapes({ config }: Checkpoint, base: Checkpoint, files: readonly string[]): void {
  const [here, there] = [gpt2Tensors(config), gpt2Tensors(base.config)];
  for (const name of new Set([...there.keys(), ...here.keys()])) {
    const [shape, wanted] = [`[${here.get(name) ?? ''}]`, `[${there.get(name) ?? ''}]`];
    if (shape !== wanted) throw new CheckpointError('adapter-mismatch', files, `${name}: ${shape}, ${wanted} wanted`);
  }
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}
