import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
// The small build: the whole of zod would be a third of the extension.
import * as z from 'zod/mini';
import { DOWNLOAD_RECORD, HUB_MODEL, PARTIAL_SUFFIX } from '../../protocol/download';
import { folderBytes } from './disk-use';

/** A model of the hub that is on this machine, or on its way. */
export interface LibraryModel {
  /** `owner/name`, and `@revision` where it is not the default one. */
  readonly id: string;
  /** The Hugging Face folder, whether it is there yet or not. */
  readonly folder: string;
  /** Whether the folder is whole; if not, a download of it was interrupted. */
  readonly complete: boolean;
  readonly diskBytes: number;
  readonly parameters?: number | undefined;
  readonly license?: string | undefined;
}

const recordSchema = z.object({ parameters: z.optional(z.number()), license: z.optional(z.string()) });

/** A revision's name may hold what a folder's may not. */
const REVISION_MARK = '@';

/** The models that were downloaded: a folder `owner/name` each, below the extension's storage. */
export class ModelLibrary {
  constructor(readonly folder: string) {}

  /** Where a model goes. @param typed `owner/name` or `owner/name@revision`, as {@link HUB_MODEL} has it. */
  folderOf(typed: string): string {
    const [, id = '', revision] = HUB_MODEL.exec(typed) ?? [];
    const [owner = '', name = ''] = id.split('/');
    const suffix = revision === undefined ? '' : `${REVISION_MARK}${encodeURIComponent(revision)}`;
    return join(this.folder, owner, `${name}${suffix}`);
  }

  /** By name; what is no model is passed over. */
  async list(): Promise<LibraryModel[]> {
    const found: LibraryModel[] = [];
    for (const owner of await names(this.folder)) {
      for (const name of await names(join(this.folder, owner))) {
        const model = await this.#read(owner, name);
        if (model !== undefined) found.push(model);
      }
    }
    return found.sort((a, b) => a.id.localeCompare(b.id));
  }

  /**
   * Deletes a model, and what an interrupted download has left of it. It is gone at once or stays as it is.
   *
   * @throws where a process holds its files open and the system does not allow it (Windows)
   */
  async remove({ folder }: Pick<LibraryModel, 'folder'>): Promise<void> {
    for (const path of [folder, `${folder}${PARTIAL_SUFFIX}`]) {
      if (!(await exists(path))) continue;
      const away = join(this.folder, `.deleted-${randomUUID()}`);
      await rename(path, away);
      await rm(away, { recursive: true, force: true });
    }
    // The owner's folder goes with its last model.
    const owner = dirname(folder);
    if ((await names(owner)).length === 0) await rm(owner, { recursive: true, force: true });
  }

  async #read(owner: string, name: string): Promise<LibraryModel | undefined> {
    const partial = name.endsWith(PARTIAL_SUFFIX);
    const folder = join(this.folder, owner, partial ? name.slice(0, -PARTIAL_SUFFIX.length) : name);
    const id = idOf(owner, partial ? name.slice(0, -PARTIAL_SUFFIX.length) : name);
    if (!HUB_MODEL.test(id)) return undefined;
    // A download that another process finishes at this moment shows as what it becomes.
    if (partial ? await exists(folder) : !(await exists(join(folder, 'config.json')))) return undefined;
    const present = partial ? `${folder}${PARTIAL_SUFFIX}` : folder;
    const record = await readRecord(join(present, DOWNLOAD_RECORD));
    return { id, folder, complete: !partial, diskBytes: await folderBytes(present), ...record };
  }
}

function idOf(owner: string, name: string): string {
  const [model, revision] = name.split(REVISION_MARK);
  try {
    return `${owner}/${model}${revision === undefined ? '' : `@${decodeURIComponent(revision)}`}`;
  } catch {
    return `${owner}/${name}`;
  }
}

async function readRecord(file: string): Promise<Pick<LibraryModel, 'parameters' | 'license'>> {
  try {
    const { parameters, license } = recordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return { parameters, license };
  } catch {
    // The model is as good without.
    return {};
  }
}

async function names(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.'));
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
