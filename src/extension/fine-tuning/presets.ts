import type {
  FullHyperparameters,
  Hyperparameters,
  LoraHyperparameters,
  MeasuredStep,
  Method,
} from '../../protocol/training';
import type { Totals } from './survey';

export const PRESET_IDS = ['trial', 'standard', 'thorough'] as const;
export type PresetId = (typeof PRESET_IDS)[number];

interface Preset {
  readonly hyperparameters: Hyperparameters;
  /** However long the texts are, not more steps than this. */
  readonly mostSteps?: number;
  /** What a step costs of one that is measured; missing for as much. */
  readonly stepCost?: number;
}

/** What docs/measurements.md found best for LoRA on some short stories, on blocks as long as the model reads. */
const LORA: LoraHyperparameters = {
  method: 'lora',
  num_train_epochs: 4,
  max_steps: -1,
  per_device_train_batch_size: 4,
  block_size: 256,
  learning_rate: 3e-4,
  lr_scheduler_type: 'linear',
  lora_r: 16,
  lora_alpha: 32,
  lora_dropout: 0,
  base_dtype: 'int8',
  seed: 42,
};

/** The same for all weights. */
const FULL: FullHyperparameters = {
  method: 'full',
  num_train_epochs: 4,
  max_steps: -1,
  per_device_train_batch_size: 4,
  block_size: 256,
  learning_rate: 1e-4,
  lr_scheduler_type: 'linear',
  seed: 42,
};

const PRESETS: Readonly<Record<Method, Readonly<Record<PresetId, Preset>>>> = {
  lora: {
    trial: { hyperparameters: { ...LORA, num_train_epochs: 1 }, mostSteps: 30 },
    standard: { hyperparameters: LORA },
    // More epochs only learn the texts by heart (docs/measurements.md). A step takes twice as long with a small model, and
    // less than that with larger ones.
    thorough: { hyperparameters: { ...LORA, learning_rate: 2e-4, lora_r: 64, lora_alpha: 128 }, stepCost: 2 },
  },
  full: {
    trial: { hyperparameters: { ...FULL, num_train_epochs: 1 }, mostSteps: 30 },
    standard: { hyperparameters: FULL },
    thorough: { hyperparameters: { ...FULL, num_train_epochs: 8, learning_rate: 5e-5 } },
  },
};

/** What a step is measured with. */
export const MEASURED = { lora: LORA, full: FULL } as const;

/** What a preset comes to on certain texts. */
export interface Plan {
  readonly hyperparameters: Hyperparameters;
  readonly steps: number;
  /** Missing before a step was measured. */
  readonly minutes?: number;
}

/** An evaluation runs forwards only, a step also backwards, at about twice the cost. */
const EVALUATION_SHARE = 1 / 3;

/** @param measured What a step costs here; undefined before that is known. */
export function planOf(
  id: PresetId,
  method: Method,
  { training, heldOut }: Totals,
  measured: MeasuredStep | undefined,
): Plan {
  const { hyperparameters, mostSteps = Number.POSITIVE_INFINITY, stepCost = 1 } = PRESETS[method][id];
  const { num_train_epochs, per_device_train_batch_size } = hyperparameters;
  const blockSize = measured?.block_size ?? hyperparameters.block_size;
  const blocks = Math.ceil(training.tokens / blockSize);
  const stepsPerEpoch = Math.max(1, Math.ceil(blocks / per_device_train_batch_size));
  const all = num_train_epochs * stepsPerEpoch;
  const steps = Math.min(all, mostSteps);
  const plan = { hyperparameters: steps < all ? { ...hyperparameters, max_steps: steps } : hyperparameters, steps };
  if (measured === undefined) return plan;

  const tokensOfStep = blockSize * per_device_train_batch_size;
  const trained = Math.min(training.tokens * num_train_epochs, steps * tokensOfStep);
  const evaluations = 1 + Math.ceil(steps / stepsPerEpoch);
  const evaluated = heldOut.tokens * evaluations * EVALUATION_SHARE;
  return { ...plan, minutes: ((trained + evaluated) / tokensOfStep) * stepCost * (measured.seconds / 60) };
}
