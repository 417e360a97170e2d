import type { WeightDecayOf } from './adamw';
import type { LrSchedulerType } from './learning-rate';

/** How to train; names, meanings and defaults are those of Hugging Face's TrainingArguments unless said otherwise. */
export interface TrainingArguments {
  readonly num_train_epochs: number;
  /** When positive, the number of steps, whatever num_train_epochs says. */
  readonly max_steps: number;
  /** Blocks of one optimiser step (times gradient_accumulation_steps). How many are computed at once follows from memory. */
  readonly per_device_train_batch_size: number;
  readonly gradient_accumulation_steps: number;
  readonly learning_rate: number;
  readonly lr_scheduler_type: LrSchedulerType;
  readonly warmup_steps: number;
  readonly weight_decay: number;
  /** Which parameters decay. */
  readonly weight_decay_of: WeightDecayOf;
  readonly adam_beta1: number;
  readonly adam_beta2: number;
  readonly adam_epsilon: number;
  /** Gradients are scaled down to this norm; 0 leaves them. */
  readonly max_grad_norm: number;
  /** Tokens of a block. */
  readonly block_size: number;
  readonly seed: number;
}

/** The values of the walk-through: Trainer's own, 3 epochs, 32 blocks of 128 tokens a step. */
export const WALK_THROUGH: TrainingArguments = {
  num_train_epochs: 3,
  max_steps: -1,
  per_device_train_batch_size: 32,
  gradient_accumulation_steps: 1,
  learning_rate: 5e-5,
  lr_scheduler_type: 'linear',
  warmup_steps: 0,
  weight_decay: 0,
  weight_decay_of: 'trainer',
  adam_beta1: 0.9,
  adam_beta2: 0.999,
  adam_epsilon: 1e-8,
  max_grad_norm: 1,
  block_size: 128,
  seed: 42,
};

/** Blocks of one optimiser step. */
export function effectiveBatchSize(args: TrainingArguments): number {
  return args.per_device_train_batch_size * args.gradient_accumulation_steps;
}
