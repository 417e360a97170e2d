import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { requireBaseOf } from '../engine/checkpoint/adapter-base';
import type { Checkpoint } from '../engine/checkpoint/checkpoint';
import { openAdapter } from '../engine/checkpoint/peft-adapter';
import type { RequestedMethod } from './request';
import { TrainingError } from './training-error';

/** A PEFT adapter whose weights a run begins with. */
export interface StartingAdapter {
  readonly folder: string;
  /** SHA-256 of its weights. */
  readonly fingerprint: string;
  /** What was asked for, with the adapter's own rank, scale and modules. */
  readonly method: RequestedMethod;
}

/**
 * @param baseFingerprint Of `base`.
 * @throws {CheckpointError} when it cannot be read, or was trained on another base; {TrainingError} adapter-needs-lora
 */
export async function openStartingAdapter(
  folder: string,
  base: Checkpoint,
  baseFingerprint: string,
  method: RequestedMethod,
): Promise<StartingAdapter> {
  if (method.method === 'full') throw new TrainingError('adapter-needs-lora', folder);
  const adapter = await openAdapter(folder, base.config, base.folder);
  await requireBaseOf(adapter, folder, base, async () => baseFingerprint);
  const { r, lora_alpha, target_modules, use_rslora } = adapter.config;
  const weights = await readFile(weightsFile(folder));
  return {
    folder,
    fingerprint: createHash('sha256').update(weights).digest('hex'),
    method: { ...method, r, lora_alpha, target_modules, ...(use_rslora === true && { use_rslora }) },
  };
}

/** Whether there is an adapter still: a run that has checkpoints does without it. */
export async function isAdapter(folder: string): Promise<boolean> {
  return (await stat(weightsFile(folder)).catch(() => undefined)) !== undefined;
}

function weightsFile(folder: string): string {
  return join(folder, 'adapter_model.safetensors');
}
