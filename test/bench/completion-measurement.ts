import { z } from 'zod';
import type { Precision } from '../../src/engine/inference/session-weights';
import { residentMemorySchema } from './resident-memory';

/** An engine, the weights as it wants them, and how it is to keep them. */
export type EngineModel =
  | {
      readonly engine: 'tsuzuki';
      /** A Hugging Face folder. */
      readonly folder: string;
      readonly cacheFolder: string;
      readonly precision: Precision;
    }
  | {
      readonly engine: 'transformers.js';
      /** An Optimum export of the same weights. */
      readonly folder: string;
      readonly dtype: 'fp32' | 'q8' | 'q4';
    }
  | {
      readonly engine: 'llama.cpp';
      /** Where node-llama-cpp is installed. */
      readonly packages: string;
      /** A GGUF file of the same weights. */
      readonly file: string;
    };

export type Engine = EngineModel['engine'];

/** What a child process is asked to measure. */
export interface CompletionRequest {
  readonly model: EngineModel;
  readonly threads: number;
  readonly newTokens: number;
  /** Continued one after the other; they have no beginning in common. */
  readonly prompts: readonly (readonly number[])[];
  /** Continued last, in so many ways at once. */
  readonly sideBySide?: { readonly prompt: readonly number[]; readonly ways: number };
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
  /** After loading, before the first prompt. */
  loadedMemory: residentMemorySchema,
  /** One for each prompt. */
  continuations: z.array(continuationSchema),
  /** After the last token of those. */
  memory: residentMemorySchema,
  /** From the first tokens of all continuations side by side to the last ones. */
  sideBySideMs: z.number().optional(),
});

export type CompletionMeasurement = z.infer<typeof completionMeasurementSchema>;
