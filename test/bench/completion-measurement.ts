import { z } from 'zod';
import type { Precision } from '../../src/engine/inference/session-weights';
import { residentMemorySchema } from './resident-memory';

export const ENGINES = ['tsuzuki', 'transformers.js'] as const;
export type Engine = (typeof ENGINES)[number];

/** What a child process is asked to measure. */
export interface CompletionRequest {
  readonly engine: Engine;
  /** Our engine's Hugging Face folder, or the Optimum export of the same weights. */
  readonly folder: string;
  readonly cacheFolder: string;
  /** What our engine's weights are; the other's are as exported. */
  readonly precision: Precision;
  readonly threads: number;
  readonly newTokens: number;
  /** Continued one after the other; they have no beginning in common. */
  readonly prompts: readonly (readonly number[])[];
}

const continuationSchema = z.object({
  ids: z.array(z.int()),
  /** From the request to the first token. */
  firstTokenMs: z.number(),
  /** From the first token to the last. */
  decodeMs: z.number(),
  /** The longest time in which nothing could have cancelled it. */
  longestStepMs: z.number(),
});

export const completionMeasurementSchema = z.object({
  /** From an empty process to a model that can be asked. */
  loadMs: z.number(),
  /** One for each prompt. */
  continuations: z.array(continuationSchema),
  /** After the last token. */
  memory: residentMemorySchema,
});

export type CompletionMeasurement = z.infer<typeof completionMeasurementSchema>;
