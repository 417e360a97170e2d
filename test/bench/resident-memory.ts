import { readFile } from 'node:fs/promises';
import { z } from 'zod';

export const residentMemorySchema = z.object({
  /** Bytes of physical memory now, mapped files included. */
  resident: z.number(),
  /** The most that `resident` ever was. */
  peak: z.number(),
  /** The part of `resident` that is no mapped file: what the system cannot drop and read again. Linux only. */
  anonymous: z.number().optional(),
});

export type ResidentMemory = z.infer<typeof residentMemorySchema>;

/** The physical memory of this process. */
export async function residentMemory(): Promise<ResidentMemory> {
  const rollup = await readFile('/proc/self/smaps_rollup', 'utf8').catch(() => '');
  const kibibytes = /^Anonymous:\s+(\d+) kB/m.exec(rollup)?.[1];
  return {
    resident: process.memoryUsage.rss(),
    peak: process.resourceUsage().maxRSS * 1024,
    ...(kibibytes === undefined ? {} : { anonymous: Number(kibibytes) * 1024 }),
  };
}
