import { dirname, join } from 'node:path';
import { readConfig } from '../engine/checkpoint/config';
import { LORA_TARGETS } from '../engine/checkpoint/lora-modules';
import { type TrainingArguments, WALK_THROUGH } from '../engine/training/training-arguments';
import type { Hyperparameters, WorkspaceRun } from '../protocol/training';
import type { FineTuneRequest, RequestedMethod } from './request';
import { requireRoom } from './room';

/** Steps from checkpoint to checkpoint; the two minutes of every run come first on a slow machine. */
const SAVE_STEPS = 50;

/**
 * The run of fine-tuning that a workspace asks for.
 *
 * @throws {CheckpointError} when the model's config.json cannot be read, {TrainingError} when there is no room for it
 */
export async function requestOf(run: WorkspaceRun): Promise<FineTuneRequest> {
  const { model, output, hyperparameters } = run;
  const config = await readConfig(join(model, 'config.json'));
  const { block_size: blockSize } = argumentsOf(hyperparameters, config.n_positions);
  const activation_bytes = await requireRoom({ model, config, hyperparameters, blockSize, folder: dirname(output) });
  return {
    model,
    data: [run.training],
    evalData: run.heldOut === undefined ? [] : [run.heldOut],
    output,
    method: methodOf(hyperparameters),
    ...(run.fromAdapter !== undefined && { from_adapter: run.fromAdapter }),
    arguments: argumentsOf(hyperparameters, config.n_positions),
    save_steps: SAVE_STEPS,
    save_total_limit: 2,
    logging_dir: undefined,
    overwrite_output_dir: false,
    resume: run.resume,
    threads: run.threads,
    cacheFolder: run.cacheFolder,
    activation_bytes,
  };
}

/** LoRA is on all modules. */
export function methodOf(hyperparameters: Hyperparameters): RequestedMethod {
  if (hyperparameters.method === 'full') return { method: 'full' };
  const { lora_r, lora_alpha, lora_dropout, base_dtype } = hyperparameters;
  return { method: 'lora', r: lora_r, lora_alpha, lora_dropout, base_dtype, target_modules: LORA_TARGETS };
}

/** @param positions How many tokens the model reads. */
export function argumentsOf(hyperparameters: Hyperparameters, positions: number): TrainingArguments {
  const { num_train_epochs, max_steps, per_device_train_batch_size, learning_rate, lr_scheduler_type, seed } =
    hyperparameters;
  return {
    ...WALK_THROUGH,
    num_train_epochs,
    max_steps,
    per_device_train_batch_size,
    learning_rate,
    lr_scheduler_type,
    seed,
    block_size: Math.min(hyperparameters.block_size, positions),
  };
}
