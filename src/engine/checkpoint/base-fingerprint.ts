import type { Checkpoint } from './checkpoint';
import { CheckpointError } from './checkpoint-error';
import { checkpointFingerprint } from './fingerprint';
import { readSafetensorsMetadata } from './safetensors';

/** Names, in a safetensors header, the weights that those in the file were trained from. */
const KEY = 'base_fingerprint';

/** The metadata of a safetensors file that names the base of what is in it. */
export function baseMetadata(fingerprint: string | undefined): Readonly<Record<string, string>> {
  return { format: 'pt', ...(fingerprint === undefined ? {} : { [KEY]: fingerprint }) };
}

/** @returns undefined where the file does not say, as those that were not trained here. */
export async function baseFingerprintOf(weightsFile: string): Promise<string | undefined> {
  return (await readSafetensorsMetadata(weightsFile)).get(KEY);
}

/**
 * Refuses what was trained from other weights than these: an adapter would fit, and spoil what the model writes. What
 * names no base passes.
 *
 * @param fingerprint That of its base.
 * @param weightsFile Named in the error.
 * @param fingerprintOf Asked only where `fingerprint` is known.
 * @throws {CheckpointError} adapter-other-base
 */
export async function requireBase(
  fingerprint: string | undefined,
  weightsFile: string,
  base: Checkpoint,
  fingerprintOf: (base: Checkpoint) => Promise<string> = checkpointFingerprint,
): Promise<void> {
  if (fingerprint === undefined || fingerprint === (await fingerprintOf(base))) return;
  throw new CheckpointError('adapter-other-base', [weightsFile, base.folder], '');
}
