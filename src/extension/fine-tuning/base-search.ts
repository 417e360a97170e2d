import { join } from 'node:path';
import { modelInSettings } from '../model-folder';
import { builtInModelFolder } from '../model-path';
import type { RunStore, StoredRun } from './run-store';
import type { TrainerProcess } from './trainer-process';

/**
 * Where the base model of a run may lie, the likeliest first: where the run had it, where the settings have one, and in
 * the extension, whose folder changes with every update.
 */
export function placesOfBase({ record }: StoredRun, extensionPath: string): readonly string[] {
  return [record.model, modelInSettings(extensionPath).folder, builtInModelFolder(extensionPath).folder];
}

/** Where a search looks, and with what. */
export interface BaseSearch {
  readonly store: RunStore;
  readonly trainer: TrainerProcess;
  readonly cacheFolder: string;
  readonly extensionPath: string;
}

/**
 * The folder of the base model with which an interrupted run goes on: its newest checkpoint names the weights. Where it
 * was, when it is in none of the places, so that the trainer says what is missing there.
 */
export async function baseToGoOnWith(
  run: StoredRun,
  { store, trainer, cacheFolder, extensionPath }: BaseSearch,
): Promise<string> {
  const adapter = join(run.folders.adapter, `checkpoint-${await store.resumableStep(run.folders)}`);
  const adapters = [{ adapter, models: placesOfBase(run, extensionPath) }];
  const [base] = await trainer.findBases({ adapters, cacheFolder });
  return base?.kind === 'found' ? base.model : run.record.model;
}
