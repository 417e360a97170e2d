import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from '../engine/checkpoint/checkpoint';
import { openFineTuned } from '../engine/checkpoint/fine-tuned';
import { checkpointFingerprint } from '../engine/checkpoint/fingerprint';
import type { RequestedMethod } from './request';
import { TrainingError } from './training-error';

/** What was made of the base before, by the same method, and whose weights a run begins with. */
export interface StartingWeights {
  readonly folder: string;
  /** SHA-256 of its weights. */
  readonly fingerprint: string;
  /** What was asked for; where that is LoRA, with the adapter's own rank, scale and modules. */
  readonly method: RequestedMethod;
}

/**
 * @param baseFingerprint Of `base`.
 * @throws {CheckpointError} when it cannot be read, or was made of another base; {TrainingError} adapter-needs-lora,
 * model-needs-full
 */
export async function openStartingWeights(
  folder: string,
  base: Checkpoint,
  baseFingerprint: string,
  method: RequestedMethod,
): Promise<StartingWeights> {
  const tuned = await openFineTuned(folder, base, async () => baseFingerprint);
  if (tuned.method === 'full') {
    if (method.method === 'lora') throw new TrainingError('model-needs-full', folder);
    return { folder, fingerprint: await checkpointFingerprint(tuned.checkpoint), method };
  }
  if (method.method === 'full') throw new TrainingError('adapter-needs-lora', folder);
  const weights = await readFile(join(folder, 'adapter_model.safetensors'));
  const { r, lora_alpha, target_modules, use_rslora } = tuned.adapter.config;
  return {
    folder,
    fingerprint: createHash('sha256').update(weights).digest('hex'),
    method: { ...method, r, lora_alpha, target_modules, ...(use_rslora === true && { use_rslora }) },
  };
}

/** Whether they are there still: a run that has checkpoints does without them. */
export async function hasWeights(folder: string, { method }: RequestedMethod): Promise<boolean> {
  const config = method === 'full' ? 'config.json' : 'adapter_config.json';
  return (await stat(join(folder, config)).catch(() => undefined)) !== undefined;
}
