import { z } from 'zod';
import { residentMemorySchema } from './resident-memory';

export interface ImportRequest {
  readonly folder: string;
  readonly cacheFolder: string;
}

export const importMeasurementSchema = z.object({
  /** Until the first token can be asked for. */
  openMs: z.number(),
  /** When it was first said how long the conversion takes, and what: milliseconds from its beginning to its end. */
  said: z.object({ atMs: z.number(), totalMs: z.number() }).optional(),
  /** How long it took; missing where there was nothing to convert. */
  conversionMs: z.number().optional(),
  memory: residentMemorySchema,
});

export type ImportMeasurement = z.infer<typeof importMeasurementSchema>;
