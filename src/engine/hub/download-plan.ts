import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DOWNLOAD_RECORD } from '../../protocol/download';
import { writeWholeFile } from '../checkpoint/whole-file';
import { type HubFile, isPlainName } from './needed-files';

const hashSchema = z.object({ kind: z.enum(['sha256', 'git-blob']), hex: z.string().regex(/^[0-9a-f]{40,64}$/) });

const schema = z.object({
  id: z.string(),
  /** Branch, tag or commit as it was asked for; missing for the default branch. */
  revision: z.string().optional(),
  /** The commit that it stood for. */
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** As the model's card names it. */
  license: z.string().optional(),
  parameters: z.int().positive(),
  files: z.array(z.object({ name: z.string().refine(isPlainName), size: z.int().nonnegative(), hash: hashSchema })),
});

/** What a download fetches: the files of one commit. Kept beside them as `hub.json`. */
export type DownloadPlan = Readonly<z.infer<typeof schema>>;

/** What lies in a folder as the hub's, whole or on the way; `undefined` where it is nothing of the hub. */
export async function readPlan(folder: string): Promise<DownloadPlan | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(join(folder, DOWNLOAD_RECORD), 'utf8')));
  } catch {
    // Not there, not ours or damaged: in no case a download that one could build on.
    return undefined;
  }
}

export async function writePlan(folder: string, plan: DownloadPlan): Promise<void> {
  await writeWholeFile(join(folder, DOWNLOAD_RECORD), (handle) =>
    handle.writeFile(`${JSON.stringify(plan, null, 2)}\n`),
  );
}

/** Whether all files of a plan lie in a folder. */
export async function isWhole(folder: string, { files }: DownloadPlan): Promise<boolean> {
  return (await Promise.all(files.map((file) => isHere(folder, file)))).every(Boolean);
}

/** Whether a file lies in a folder, by its length: its content was compared before it got its name. */
export async function isHere(folder: string, { name, size }: HubFile): Promise<boolean> {
  return (await lengthOf(join(folder, name))) === size;
}

/** Where a file is kept while it is on its way. */
export function partOf(folder: string, { name }: HubFile): string {
  return join(folder, `${name}.part`);
}

/** How much of a file is in the folder that is being filled, in bytes. */
export async function receivedOf(folder: string, file: HubFile): Promise<number> {
  if (await isHere(folder, file)) return file.size;
  return Math.min(file.size, (await lengthOf(partOf(folder, file))) ?? 0);
}

async function lengthOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size;
}
