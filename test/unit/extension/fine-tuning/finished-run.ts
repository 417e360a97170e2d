import { MEASURED } from '../../../../src/extension/fine-tuning/presets';
import type { RunRecord } from '../../../../src/extension/fine-tuning/run-record';
import { RunStore, type StoredRun } from '../../../../src/extension/fine-tuning/run-store';

/** What is recorded of a run that has begun. */
export const BEGUN: RunRecord = {
  name: '短編集',
  workspace: ['file:///drafts'],
  model: '/models/tsuzuki-base-ja',
  preset: 'standard',
  hyperparameters: MEASURED.lora,
  files: 2,
  training: { characters: 900, tokens: 450 },
  heldOut: { characters: 100, tokens: 50 },
  begun: '2026-11-25T13:00:00.000Z',
  state: { kind: 'unfinished' },
};

/** A run with a result, which is not on disk. */
export function finishedRun(folder: string, id: string, more: Partial<RunRecord> = {}): StoredRun {
  const state = { kind: 'finished', at: '2026-11-25T13:10:00.000Z', steps: 12 } as const;
  return { id, folders: new RunStore(folder).foldersOf(id), record: { ...BEGUN, state, ...more } };
}
