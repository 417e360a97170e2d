import { mkdirSync } from 'node:fs';
import {
  commands,
  Disposable,
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
  RelativePattern,
  Uri,
  workspace,
} from 'vscode';
import type { FoundBase } from '../../protocol/made-models';
import { SETTINGS_SECTION } from '../../protocol/settings';
import { modelInSettings } from '../model-folder';
import { builtInModelFolder } from '../model-path';
import { chosenAdapter } from './adapter';
import { placesOfBase } from './base-search';
import { type BaseModel, modelList } from './made-model';
import type { RunStore, StoredRun } from './run-store';
import type { Trainers } from './trainers';

/** The models of this machine: what was made by fine-tuning, under the base models. Kept up to date. */
export class MadeModels implements Disposable {
  readonly #changed = new EventEmitter<void>();
  readonly #subscriptions: Disposable;
  readonly #bases = new Map<string, FoundBase>();
  #finished: readonly StoredRun[] = [];
  #told = '';

  /** Fires after {@link list} has changed. */
  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly context: ExtensionContext,
    private readonly store: RunStore,
    private readonly trainers: Trainers,
    private readonly log: LogOutputChannel,
  ) {
    const watched = Uri.file(store.folder);
    // Other windows make, rename and delete too. What is not there cannot be watched.
    try {
      mkdirSync(store.folder, { recursive: true });
    } catch (error) {
      // Ghost text needs no storage: where none can be written, only this list is not kept up to date.
      log.error(String(error));
    }
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(watched, '*/run.json'));
    const reload = () => void this.reload();
    this.#subscriptions = Disposable.from(
      watcher,
      watcher.onDidCreate(reload),
      watcher.onDidChange(reload),
      watcher.onDidDelete(reload),
      workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration(`${SETTINGS_SECTION}.model`)) return;
        this.#tell();
        // The model that was chosen may be the one that was missing.
        const lost = [...this.#bases.values()].some(({ kind }) => kind !== 'found');
        if (lost) void this.lookUp().catch(() => undefined);
      }),
    );
  }

  /** Base models with what was made of them. */
  get list(): BaseModel[] {
    const { extensionPath } = this.context;
    return modelList(this.#finished, {
      builtIn: builtInModelFolder(extensionPath),
      chosen: modelInSettings(extensionPath),
      adapter: chosenAdapter(),
      bases: this.#bases,
    });
  }

  /** Reads again what runs there are. */
  async reload(): Promise<void> {
    const runs = await this.store.list();
    this.#finished = runs.filter(({ record }) => record.state.kind === 'finished');
    // The view is there for those who have made something.
    await commands.executeCommand('setContext', 'tsuzuki.hasMadeModels', this.#finished.length > 0);
    this.#tell();
  }

  /** {@link reload}, and looks whether the base models are there. */
  async lookUp(): Promise<void> {
    await this.reload();
    await this.findBases(this.#finished);
  }

  /** Looks where the base models of results are; {@link list} knows then. */
  async findBases(runs: readonly StoredRun[]): Promise<readonly FoundBase[]> {
    if (runs.length === 0) return [];
    const { extensionPath } = this.context;
    const adapters = runs.map((run) => ({ adapter: run.folders.adapter, models: placesOfBase(run, extensionPath) }));
    const trainer = this.trainers.start();
    try {
      const { cacheFolder } = this.trainers.resources;
      const found = await trainer.findBases({ adapters, cacheFolder });
      found.forEach((base, index) => {
        const run = runs[index];
        if (run !== undefined) this.#bases.set(run.id, base);
      });
      this.#tell();
      return found;
    } catch (error) {
      this.log.error(String(error));
      throw error;
    } finally {
      trainer.dispose();
    }
  }

  /** While a view draws itself anew, what is chosen from its menus is lost: it does so only when there is a reason. */
  #tell(): void {
    const list = JSON.stringify(this.list);
    if (list === this.#told) return;
    this.#told = list;
    this.#changed.fire();
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#changed.dispose();
  }
}
