import { z } from 'zod';

export const PEERS = ['PyTorch fp32', 'PyTorch bf16', 'HF Trainer'] as const;
/** With the frozen weights of LoRA in 32 or 8 bits. */
export const OURS = ['Tsuzuki', 'Tsuzuki int8'] as const;
export const TRAINERS = [...OURS, ...PEERS] as const;
export type TrainerName = (typeof TRAINERS)[number];

export function isOurs(name: TrainerName): name is (typeof OURS)[number] {
  return OURS.some((ours) => ours === name);
}

/** LoRA as the measurements have it; PEFT's other defaults. */
export const BENCH_LORA = {
  r: 8,
  lora_alpha: 16,
  lora_dropout: 0,
  target_modules: ['attn.c_attn', 'attn.c_proj', 'mlp.c_fc', 'mlp.c_proj'],
} as const;

/** What a trainer is told first. It answers with {@link openedSchema}, then each "step" and at last "close". */
export interface TrainingRequest {
  readonly trainer: TrainerName;
  /** A Hugging Face folder without a tokenizer. */
  readonly folder: string;
  readonly cacheFolder: string;
  readonly method: 'full' | 'lora';
  readonly lora: typeof BENCH_LORA;
  /** The batch of every step; blocks of the same length. */
  readonly blocks: readonly (readonly number[])[];
  /** Probability of GPT-2's three dropouts. */
  readonly dropout: number;
  readonly learningRate: number;
  readonly maxGradNorm: number;
  readonly threads: number;
}

export const openedSchema = z.object({
  /** Of the batch before the first step, without dropout, in nats per token. */
  loss: z.number(),
});

export const stepSchema = z.object({
  /** From the order to train to the changed weights. */
  ms: z.number(),
  /** Of the process's threads meanwhile: other processes on the same cores do not count. */
  processorMs: z.number(),
});

export const closedSchema = z.object({
  /** The most physical memory that the process ever had, mapped files included. */
  peakBytes: z.number(),
});

/** One trainer on one case. */
export interface TrainingMeasurement {
  readonly loss: number;
  readonly steps: readonly (z.infer<typeof stepSchema> & { readonly joules: number | undefined })[];
  readonly peakBytes: number;
}
