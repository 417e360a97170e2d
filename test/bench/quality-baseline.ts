import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const savingsSchema = z.object({
  keystroke_savings: z.number(),
  /** Of the savings, over the lines of the text. */
  standard_error: z.number(),
});

const figuresSchema = savingsSchema.extend({
  bits_per_character: z.number(),
  /** Of a writer who looks after each character; missing where that was not measured. */
  every_character: savingsSchema.optional(),
});

export type QualityFigures = z.infer<typeof figuresSchema>;

/** What quality was when it was last accepted: figures by the name of what was measured. */
export type QualityBaseline = Readonly<Record<string, QualityFigures>>;

const FILE = join(import.meta.dirname, 'quality-baseline.json');

/**
 * What a figure may lose without a cause. Greedy suggestions in fp32 are the same on every run of a machine; processors that
 * round sums otherwise change few of them: half of the standard error is more than that, and less than a change that
 * anybody would notice. The bits move in the fifth digit only; training rounds too, and its result moves more.
 */
const NOISE = { standardErrors: 0.5, bits: 0.005 } as const;

export async function readBaseline(): Promise<QualityBaseline> {
  return z.record(z.string(), figuresSchema).parse(JSON.parse(await readFile(FILE, 'utf8')));
}

/** Replaces the figures of what was measured, and keeps the others. */
export async function updateBaseline(measured: QualityBaseline): Promise<void> {
  await writeFile(FILE, `${JSON.stringify({ ...(await readBaseline()), ...measured }, null, 2)}\n`);
}

/** What is worse than the baseline by more than noise, in words; nothing when all is well. */
export function losses(baseline: QualityBaseline, measured: QualityBaseline): readonly string[] {
  return Object.entries(measured).flatMap(([name, now]) => {
    const before = baseline[name];
    if (before === undefined) return [`${name}: not in the baseline`];
    const found: string[] = [];
    if (savesLess(before, now)) {
      found.push(`${name}: keystroke savings ${now.keystroke_savings}, were ${before.keystroke_savings}`);
    }
    const [had, has] = [before.every_character, now.every_character];
    if (had !== undefined && has !== undefined && savesLess(had, has)) {
      const [saved, was] = [has.keystroke_savings, had.keystroke_savings];
      found.push(`${name}, every character: keystroke savings ${saved}, were ${was}`);
    }
    if (now.bits_per_character > before.bits_per_character * (1 + NOISE.bits)) {
      found.push(`${name}: bits per character ${now.bits_per_character}, were ${before.bits_per_character}`);
    }
    return found;
  });
}

function savesLess(before: z.infer<typeof savingsSchema>, now: z.infer<typeof savingsSchema>): boolean {
  return now.keystroke_savings < before.keystroke_savings - NOISE.standardErrors * before.standard_error;
}
