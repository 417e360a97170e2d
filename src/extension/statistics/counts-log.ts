import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type Counts, type Day, dayOf, NO_COUNTS, sum } from './counts';

const EXTENSION = '.jsonl';
const DAY_FILE = /^\d{4}-\d\d-\d\d\.jsonl$/;

const count = z.int();
const lineSchema = z.object({
  model: z.string(),
  shown: count,
  accepted: count,
  partly: count,
  characters: count,
  keys: count,
});

/**
 * The writer's counts on disk: a file a day, to which each window of the editor appends lines of what it has counted. No
 * window rewrites what another may still append to, so that none is lost.
 */
export class CountsLog {
  constructor(private readonly folder: string) {}

  /** Appends in one write, so that the lines of several windows do not mix. */
  async append(day: string, models: ReadonlyMap<string, Counts>): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    // Begun on a new line, whatever a window that was ended left of its own.
    await appendFile(this.#file(day), `\n${linesOf(models)}`);
  }

  /** All days that something was counted on, the oldest first; what cannot be read is passed over. */
  async read(now = new Date()): Promise<Day[]> {
    const files = (await readdir(this.folder).catch(() => [])).filter((name) => DAY_FILE.test(name)).sort();
    return Promise.all(files.map((name) => this.#readDay(name.slice(0, -EXTENSION.length), now)));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #readDay(day: string, now: Date): Promise<Day> {
    const text = await readFile(this.#file(day), 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    const models = new Map<string, Counts>();
    for (const line of lines) {
      const read = parseLine(line);
      if (read !== undefined) models.set(read.model, sum(models.get(read.model) ?? NO_COUNTS, read));
    }
    // A window that was counting at midnight has written long since.
    const over = day < dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1));
    if (over && lines.length > models.size) await this.#compact(day, models);
    return { day, models };
  }

  /** A line for each model. Several windows that do this at once write the same. */
  async #compact(day: string, models: ReadonlyMap<string, Counts>): Promise<void> {
    const temporary = `${this.#file(day)}.${randomBytes(4).toString('hex')}`;
    try {
      const handle = await open(temporary, 'wx');
      try {
        await handle.writeFile(linesOf(models));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, this.#file(day));
    } catch {
      // Nothing is lost: the lines stay as many as they are.
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  #file(day: string): string {
    return join(this.folder, `${day}${EXTENSION}`);
  }
}

function linesOf(models: ReadonlyMap<string, Counts>): string {
  return [...models].map(([model, counts]) => `${JSON.stringify({ model, ...counts })}\n`).join('');
}

function parseLine(line: string): z.infer<typeof lineSchema> | undefined {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    // A line that was cut off when the machine lost its power.
    return undefined;
  }
}
