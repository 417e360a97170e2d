import { z } from 'zod';
import { residentMemorySchema } from './resident-memory';

export interface ImportRequest {
  readonly folder: string;
  readonly cacheFolder: string;
}

/** How much time was said to be left, and how much was. */
const saidSchema = z.object({ saidMs: z.number(), leftMs: z.number() });

export const importMeasurementSchema = z.object({
  /** Until the first token can be asked for. */
  openMs: z.number(),
  /** What all threads of the process computed meanwhile: hardly more where other processes are in the way. */
  processorMs: z.number(),
  /** Missing where there was nothing to import. */
  import: z
    .object({
      ms: z.number(),
      /** When it was said first. */
      first: saidSchema,
      /** After half the time. */
      halfWay: saidSchema,
    })
    .optional(),
  memory: residentMemorySchema,
});

export type ImportMeasurement = z.infer<typeof importMeasurementSchema>;
