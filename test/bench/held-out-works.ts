import { z } from 'zod';
import { linesOf } from './held-out-text';

const workSchema = z.object({ id: z.string(), title: z.string(), author: z.string(), text: z.string() });

/** A work of 青空文庫; `id` is its number there. */
export type Work = z.infer<typeof workSchema>;

/** The works of files of JSON Lines, plain or `.xz`, in the order of their numbers. */
export async function heldOutWorks(files: readonly string[]): Promise<readonly Work[]> {
  const works: Work[] = [];
  for (const file of files) for (const line of await linesOf(file)) works.push(workSchema.parse(JSON.parse(line)));
  return works.sort((a, b) => (a.id < b.id ? -1 : 1));
}
