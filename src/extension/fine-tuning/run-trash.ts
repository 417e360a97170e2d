import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RunStore, type StoredRun } from './run-store';

/** So long what was deleted can be had back. */
export const KEPT_DAYS = 7;

const DAY_MS = 24 * 60 * 60_000;

/** A run that was deleted; its folder's name says when. */
export interface DeletedRun {
  readonly run: StoredRun;
  readonly at: Date;
}

const NAME = /^(.+)@(\d+)$/;

/** Runs that were deleted and are not gone yet: a folder beside them, which no list shows. */
export class RunTrash {
  readonly #folder: string;
  readonly #store: RunStore;

  constructor(private readonly runs: RunStore) {
    this.#folder = join(runs.folder, '.trash');
    this.#store = new RunStore(this.#folder);
  }

  async add({ id, folders }: StoredRun, now: Date): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await rename(folders.root, join(this.#folder, `${id}@${now.getTime()}`));
  }

  /** What was deleted last comes first. */
  async list(): Promise<DeletedRun[]> {
    const deleted = (await this.#store.list()).flatMap((run) => {
      const [, , time] = NAME.exec(run.id) ?? [];
      return time === undefined ? [] : [{ run, at: new Date(Number(time)) }];
    });
    return deleted.sort((a, b) => b.at.getTime() - a.at.getTime());
  }

  /** @returns Where it lay before; undefined when it is gone. */
  async putBack(id: string): Promise<StoredRun | undefined> {
    const deleted = (await this.list()).find(({ run }) => NAME.exec(run.id)?.[1] === id);
    if (deleted === undefined) return undefined;
    await rename(deleted.run.folders.root, join(this.runs.folder, id));
    return this.runs.read(id);
  }

  /** Removes for good what was deleted more than {@link KEPT_DAYS} days ago. */
  async empty(now: Date): Promise<void> {
    for (const { run, at } of await this.list()) {
      if (now.getTime() - at.getTime() > KEPT_DAYS * DAY_MS)
        await rm(run.folders.root, { recursive: true, force: true });
    }
  }
}
