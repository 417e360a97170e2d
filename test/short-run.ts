import type { FullHyperparameters, LoraHyperparameters } from '../src/protocol/training';

const SHORT = {
  num_train_epochs: 1,
  max_steps: 2,
  per_device_train_batch_size: 2,
  block_size: 64,
  learning_rate: 3e-4,
  lr_scheduler_type: 'linear',
  seed: 1,
} as const;

/** Of a run that takes no time to speak of; what a test is about it sets itself. */
export const SHORT_RUN: LoraHyperparameters = {
  ...SHORT,
  method: 'lora',
  lora_r: 2,
  lora_alpha: 4,
  lora_dropout: 0,
  base_dtype: 'int8',
};

/** The same, of all weights. */
export const SHORT_FULL_RUN: FullHyperparameters = { ...SHORT, method: 'full' };
