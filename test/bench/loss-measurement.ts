import { z } from 'zod';
import type { Precision } from '../../src/engine/inference/session-weights';

/** What a child process is asked to score. */
export interface LossRequest {
  readonly folder: string;
  readonly cacheFolder: string;
  readonly precision: Precision;
  /** JSON Lines or plain text; see `heldOutTexts`. */
  readonly textFile: string;
  /** About so many tokens are scored, an equal part of each text. */
  readonly tokens: number;
}

export const lossMeasurementSchema = z.object({ nats: z.number(), predicted: z.int() });

export type LossMeasurement = z.infer<typeof lossMeasurementSchema>;
