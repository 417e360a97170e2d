// The small build: the whole of zod would be a third of the extension.
import * as z from 'zod/mini';
import { PRESET_IDS } from './presets';

const length = z.object({ characters: z.number(), tokens: z.number() });

const common = z.object({
  num_train_epochs: z.number(),
  max_steps: z.number(),
  per_device_train_batch_size: z.number(),
  block_size: z.number(),
  learning_rate: z.number(),
  lr_scheduler_type: z.enum(['linear', 'cosine', 'constant']),
  seed: z.number(),
});

const hyperparameters = z.union([
  z.extend(common, { method: z.literal('full') }),
  z.extend(common, {
    /** Records of versions before do not say so. */
    method: z._default(z.literal('lora'), 'lora'),
    lora_r: z.number(),
    lora_alpha: z.number(),
    lora_dropout: z.number(),
    base_dtype: z.enum(['fp32', 'int8']),
  }),
]);

const state = z.discriminatedUnion('kind', [
  /** Under way, or interrupted: which of the two, the process knows. */
  z.object({ kind: z.literal('unfinished') }),
  z.object({
    kind: z.literal('finished'),
    at: z.string(),
    steps: z.number(),
    evalLossBefore: z.optional(z.number()),
    evalLossAfter: z.optional(z.number()),
    /** Of the held-out text. Missing where nothing was held out, and in records of versions before. */
    bitsPerCharacterBefore: z.optional(z.number()),
    bitsPerCharacterAfter: z.optional(z.number()),
  }),
]);

const schema = z.object({
  /** As the user knows the result. */
  name: z.string(),
  /** URIs of the folders whose texts it learns from. */
  workspace: z.array(z.string()),
  /** Hugging Face folder of the base model. */
  model: z.string(),
  preset: z.enum(PRESET_IDS),
  hyperparameters,
  files: z.number(),
  /** Where these files lie, absolute. Missing in records of versions before. */
  paths: z.optional(z.array(z.string())),
  /** SHA-256 of every text that the result has learnt, those of the runs that it continues among them. */
  learnt: z.optional(z.array(z.string())),
  /** The run whose result it continues. */
  continues: z.optional(z.object({ id: z.string(), name: z.string() })),
  training: length,
  heldOut: length,
  begun: z.string(),
  /** Process id of the trainer that has worked on it last. */
  trainer: z.optional(z.number()),
  state,
});

/** What a run has come to. */
export type FinishedState = Extract<RunRecord['state'], { kind: 'finished' }>;

/** What is known of a run of fine-tuning beside what the trainer writes: `run.json` in its folder. */
export type RunRecord = z.infer<typeof schema>;

/** @returns undefined for anything else. */
export function parseRunRecord(text: string): RunRecord | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
