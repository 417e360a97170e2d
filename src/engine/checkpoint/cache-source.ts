import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWholeFile } from './whole-file';

/** Ending of the file that says what everything of the same key in a cache was made of. */
export const SOURCE_ENDING = '.source';

const schema = z.array(z.object({ path: z.string(), size: z.number(), mtimeMs: z.number() })).min(1);

/**
 * Notes beside what is made of a model which files it is made of, so that it can go once they are gone. Where a model
 * lies in two places, the last one that was opened counts.
 *
 * @param key What the names of all that is made of it begin with.
 */
export async function noteSource(cacheFolder: string, key: string, files: Iterable<string>): Promise<void> {
  const source: z.infer<typeof schema> = [];
  for (const path of files) {
    const { size, mtimeMs } = await stat(path);
    source.push({ path, size, mtimeMs });
  }
  const text = JSON.stringify(source);
  const note = join(cacheFolder, `${key}${SOURCE_ENDING}`);
  if ((await readFile(note, 'utf8').catch(() => '')) === text) return;
  await writeWholeFile(note, (handle) => handle.writeFile(text));
}

/** Whether the files of a note are still there as they were. */
export async function isSourcePresent(note: string): Promise<boolean> {
  try {
    const source = schema.parse(JSON.parse(await readFile(note, 'utf8')));
    const same = source.map(async ({ path, size, mtimeMs }) => {
      const now = await stat(path);
      return now.size === size && now.mtimeMs === mtimeMs;
    });
    return (await Promise.all(same)).every(Boolean);
  } catch {
    return false;
  }
}
