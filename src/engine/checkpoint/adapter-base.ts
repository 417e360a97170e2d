import { join } from 'node:path';
import type { Checkpoint } from './checkpoint';
import { CheckpointError } from './checkpoint-error';
import { checkpointFingerprint } from './fingerprint';
import type { LoraAdapter } from './peft-adapter';

/**
 * Refuses an adapter that was trained on other weights than these: it would fit, and spoil what the model writes. Those
 * that were not trained here name no weights, and pass.
 *
 * @param folder Of the adapter.
 * @param fingerprintOf Asked only where the adapter names its weights.
 * @throws {CheckpointError} adapter-other-base
 */
export async function requireBaseOf(
  { config: { base_fingerprint } }: LoraAdapter,
  folder: string,
  base: Checkpoint,
  fingerprintOf: (base: Checkpoint) => Promise<string> = checkpointFingerprint,
): Promise<void> {
  if (base_fingerprint === undefined || base_fingerprint === (await fingerprintOf(base))) return;
  throw new CheckpointError('adapter-other-base', [join(folder, 'adapter_model.safetensors'), base.folder], '');
}
