import { LORA_TARGETS } from '../../src/engine/checkpoint/lora-modules';
import { type TrainingArguments, WALK_THROUGH } from '../../src/engine/training/training-arguments';
import type { BaseDtype } from '../../src/engine/training/training-session';
import type { RequestedMethod } from '../../src/trainer/request';

export interface FineTuningCase {
  readonly name: string;
  readonly method: RequestedMethod;
  readonly arguments: TrainingArguments;
}

const FULL: RequestedMethod = { method: 'full' };

function lora(r: number, base_dtype: BaseDtype = 'fp32'): RequestedMethod {
  return { method: 'lora', r, lora_alpha: 2 * r, lora_dropout: 0, target_modules: LORA_TARGETS, base_dtype };
}

function aCase(name: string, method: RequestedMethod, changes: Partial<TrainingArguments>): FineTuningCase {
  return { name, method, arguments: { ...WALK_THROUGH, ...changes } };
}

/** Rank, rate and epochs of the adapters among which the presets of “Fine-tune on workspace” were chosen. */
const WAYS_OF_LORA = [
  { r: 16, learning_rate: 2e-4, num_train_epochs: 4 },
  { r: 64, learning_rate: 2e-4, num_train_epochs: 4 },
  { r: 256, learning_rate: 1e-4, num_train_epochs: 4 },
  { r: 16, learning_rate: 3e-4, num_train_epochs: 2 },
  { r: 16, learning_rate: 3e-4, num_train_epochs: 4 },
  { r: 16, learning_rate: 3e-4, num_train_epochs: 8 },
  { r: 16, learning_rate: 1e-3, num_train_epochs: 4 },
  { r: 64, learning_rate: 1e-3, num_train_epochs: 4 },
  { r: 16, learning_rate: 1e-3, num_train_epochs: 8 },
] as const;

/** Rate and epochs of the whole models among which those presets were chosen that train all weights. */
const WAYS_OF_FULL = [
  { learning_rate: 1e-4, num_train_epochs: 2 },
  { learning_rate: 2e-4, num_train_epochs: 2 },
  { learning_rate: 2e-4, num_train_epochs: 4 },
  { learning_rate: 3e-4, num_train_epochs: 4 },
  { learning_rate: 5e-5, num_train_epochs: 8 },
  { learning_rate: 1e-4, num_train_epochs: 8 },
] as const;

/** The walk-through's own values first, then smaller batches and larger rates: short texts give few steps. */
export const FINE_TUNING_CASES: readonly FineTuningCase[] = [
  aCase('full, as the walk-through', FULL, {}),
  aCase('full, 32 × 128', FULL, { learning_rate: 5e-4 }),
  aCase('full, 8 × 128', FULL, { per_device_train_batch_size: 8, learning_rate: 2e-4 }),
  aCase('full, 4 × 256, 4 epochs', FULL, {
    per_device_train_batch_size: 4,
    block_size: 256,
    learning_rate: 1e-4,
    num_train_epochs: 4,
  }),
  ...WAYS_OF_FULL.map(({ learning_rate, num_train_epochs }) =>
    aCase(`full, 4 × 256, ${num_train_epochs} epochs, ${learning_rate.toExponential()}`, FULL, {
      per_device_train_batch_size: 4,
      block_size: 256,
      learning_rate,
      num_train_epochs,
    }),
  ),
  aCase('lora r = 8, 8 × 128', lora(8), { per_device_train_batch_size: 8, learning_rate: 1e-3 }),
  aCase('lora r = 16, 4 × 256, 4 epochs', lora(16), {
    per_device_train_batch_size: 4,
    block_size: 256,
    learning_rate: 3e-4,
    num_train_epochs: 4,
  }),
  ...WAYS_OF_LORA.map(({ r, learning_rate, num_train_epochs }) =>
    aCase(
      `lora r = ${r}, 4 × 256, ${num_train_epochs} epochs, base in int8, ${learning_rate.toExponential()}`,
      lora(r, 'int8'),
      { per_device_train_batch_size: 4, block_size: 256, learning_rate, num_train_epochs },
    ),
  ),
];
