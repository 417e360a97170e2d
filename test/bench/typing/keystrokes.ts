import { z } from 'zod';

/** A clause as it is typed with an input method: kana by kana, then converted. */
const clauseSchema = z.object({
  reading: z.string().min(1),
  written: z.string().min(1),
  /** Before each kana. */
  gapsMs: z.array(z.number()),
  /** From the last kana to the conversion; missing where nothing is converted. */
  convertMs: z.number().optional(),
  /** A character typed by mistake, and taken back after as long again. */
  correction: z.object({ typed: z.string(), afterMs: z.number() }).optional(),
  /** After the clause. */
  pauseMs: z.number(),
});

export const clausesSchema = z.array(clauseSchema);
export type Clause = z.infer<typeof clauseSchema>;

/** A change of the document at the cursor. */
export interface Keystroke {
  /** After the one before. */
  readonly afterMs: number;
  /** Characters taken away before the cursor. */
  readonly deleted: number;
  readonly inserted: string;
}

/** What an editor reports while the clauses are typed: composition is part of the document. */
export function keystrokes(clauses: readonly Clause[]): Keystroke[] {
  const strokes: Keystroke[] = [];
  let pause = 0;
  const stroke = (afterMs: number, deleted: number, inserted: string) => {
    strokes.push({ afterMs: pause + afterMs, deleted, inserted });
    pause = 0;
  };
  for (const { reading, written, gapsMs, convertMs, correction, pauseMs } of clauses) {
    for (const [i, kana] of [...reading].entries()) stroke(gapsMs[i] ?? 0, 0, kana);
    if (convertMs !== undefined) stroke(convertMs, reading.length, written);
    if (correction !== undefined) {
      stroke(correction.afterMs, 0, correction.typed);
      stroke(correction.afterMs, correction.typed.length, '');
    }
    pause = pauseMs;
  }
  return strokes;
}
