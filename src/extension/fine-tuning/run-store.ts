import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { WrittenTexts } from '../../protocol/manuscripts';
import type { TrainingEvent } from '../../protocol/training';
import { parseRunRecord, type RunRecord } from './run-record';

/** A run and where it lies. */
export interface StoredRun {
  readonly id: string;
  readonly folders: RunFolders;
  readonly record: RunRecord;
}

export interface RunFolders {
  readonly root: string;
  /** Copies of the texts, for as long as the run may go on. */
  readonly texts: string;
  /** The result, a PEFT adapter or a model that was trained whole, and checkpoints while it is made. */
  readonly adapter: string;
}

const RECORD_FILE = 'run.json';
const LOG_FILE = 'training_log.jsonl';

/** A step takes no longer than this. */
const LONGEST_SILENCE_MS = 15 * 60_000;

/** The runs of fine-tuning on this machine: a folder each. */
export class RunStore {
  constructor(readonly folder: string) {}

  /** Folders of a run that begins now; made by {@link write}. */
  newRun(now: Date): { readonly id: string; readonly folders: RunFolders } {
    const id = now
      .toISOString()
      .replace(/[-:]/g, '')
      .replace('T', '-')
      .replace(/\.(\d+)Z/, '-$1');
    return { id, folders: this.foldersOf(id) };
  }

  /** The newest first. What is no run is passed over. */
  async list(): Promise<StoredRun[]> {
    const ids = (await readdir(this.folder).catch(() => [])).sort().reverse();
    return (await Promise.all(ids.map((id) => this.read(id)))).filter((run) => run !== undefined);
  }

  /** @returns undefined for what is no run. */
  async read(id: string): Promise<StoredRun | undefined> {
    const folders = this.foldersOf(id);
    const record = parseRunRecord(await readFile(join(folders.root, RECORD_FILE), 'utf8').catch(() => ''));
    return record && { id, folders, record };
  }

  /** Writes the record whole or not at all. */
  async write({ folders, record }: Pick<StoredRun, 'folders' | 'record'>): Promise<void> {
    await mkdir(folders.root, { recursive: true });
    const file = join(folders.root, RECORD_FILE);
    const handle = await open(`${file}.part`, 'w');
    try {
      await handle.writeFile(`${JSON.stringify(record, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.part`, file);
  }

  /** Keeps the result alone: the copies of the texts go, and the checkpoints. */
  async tidy({ texts, adapter }: RunFolders): Promise<void> {
    await rm(texts, { recursive: true, force: true });
    for (const name of await readdir(adapter).catch(() => [])) {
      if (name.startsWith('checkpoint-')) await rm(join(adapter, name), { recursive: true, force: true });
    }
  }

  /**
   * Tidies every run with a result: a window may have been closed, or a file in use, before that was done.
   *
   * @throws the first error, after all have been tried
   */
  async tidyFinished(): Promise<void> {
    const finished = (await this.list()).filter(({ record }) => record.state.kind === 'finished');
    const tidied = await Promise.allSettled(finished.map(({ folders }) => this.tidy(folders)));
    const failed = tidied.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async remove({ root }: RunFolders): Promise<void> {
    await rm(root, { recursive: true, force: true });
  }

  /** The texts of a run that was begun before. */
  texts({ folders, record }: StoredRun): WrittenTexts {
    const training = join(folders.texts, 'training');
    return record.heldOut.tokens === 0 ? { training } : { training, heldOut: join(folders.texts, 'held-out') };
  }

  /** The newest step that a run can go on from, 0 where there is none. */
  async resumableStep({ adapter }: RunFolders): Promise<number> {
    const names = await readdir(adapter).catch(() => []);
    return Math.max(0, ...names.map((name) => Number(/^checkpoint-(\d+)$/.exec(name)?.[1] ?? 0)));
  }

  /**
   * Whether a trainer works on it now, in this window or another: its process is there, and has told something not
   * long ago, so that another process with the same number does not count for ever.
   */
  async isUnderWay({ folders, record }: StoredRun): Promise<boolean> {
    if (record.state.kind === 'finished' || record.trainer === undefined || !isAlive(record.trainer)) return false;
    const files = [join(folders.adapter, LOG_FILE), join(folders.root, RECORD_FILE)];
    const times = await Promise.all(
      files.map((file) =>
        stat(file).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      ),
    );
    return Date.now() - Math.max(...times) < LONGEST_SILENCE_MS;
  }

  /** What the trainer has told of a run so far. */
  async events({ adapter }: RunFolders): Promise<TrainingEvent[]> {
    const text = await readFile(join(adapter, LOG_FILE), 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        // The last line of a run that was killed may be cut short.
        return [];
      }
    });
  }

  /** Where a run lies. */
  foldersOf(id: string): RunFolders {
    const root = join(this.folder, id);
    return { root, texts: join(root, 'texts'), adapter: join(root, 'adapter') };
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
