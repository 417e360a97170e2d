import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ExtensionContext, LogOutputChannel } from 'vscode';
import { FineTuning } from '../../../../src/extension/fine-tuning/fine-tuning';
import { RunStore, type StoredRun } from '../../../../src/extension/fine-tuning/run-store';
import type { TrainingEvent } from '../../../../src/protocol/training';
import { arranged, openWindow } from '../vscode-window';
import { BEGUN } from './finished-run';

vi.mock('vscode', () => import('../vscode-window'));
vi.mock('vscode-languageclient/node', () => import('vscode-languageserver-protocol/node'));
vi.mock('../../../../src/extension/fine-tuning/made-models', () => ({ MadeModels: class {} }));
vi.mock('../../../../src/extension/fine-tuning/models-view', () => ({ ModelsView: class {} }));
vi.mock('../../../../src/extension/fine-tuning/model-actions', () => ({ ModelActions: class {} }));
vi.mock('../../../../src/extension/fine-tuning/run-indicator', () => ({
  RunIndicator: class {
    dispose() {}
  },
}));
// A page that nobody looks at.
vi.mock('../../../../src/extension/fine-tuning/panel', () => ({
  FineTuningPanel: class {
    isOpen = true;
    isVisible = false;
    onAction() {}
    onDidClose() {}
    reveal() {}
    show() {}
  },
}));
vi.mock('../../../../src/extension/fine-tuning/trainers', () => ({
  Trainers: class {
    readonly resources = { cacheFolder: '/cache' };
    start() {
      const trained = async (): Promise<TrainingEvent> => ({ type: 'finished', step: 100, folder: '' });
      return {
        ended: Promise.resolve(),
        dispose: () => undefined,
        findBases: async () => [{ kind: 'missing' }],
        fineTune: trained,
      };
    }
  },
}));

const FINISHED = { kind: 'finished', at: '2026-11-25T13:10:00.000Z', steps: 100 } as const;

let folder: string;
let store: RunStore;
let run: StoredRun;
beforeEach(async () => {
  openWindow();
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-offer-'));
  store = new RunStore(join(folder, 'fine-tuning'));
  run = { ...store.newRun(new Date('2026-11-25T13:00:00Z')), record: BEGUN };
  await store.write(run);
  await mkdir(join(run.folders.adapter, 'checkpoint-50'), { recursive: true });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** The offer, in a window that opens; `answer` presses a button of a notification. */
async function offered(answer: (message: string) => Promise<string | undefined>): Promise<void> {
  arranged.answer = answer;
  const context = { globalStorageUri: { fsPath: folder }, extensionPath: '/extension', subscriptions: [] };
  const log = { error: () => undefined, warn: () => undefined };
  await new FineTuning(context as unknown as ExtensionContext, log as unknown as LogOutputChannel).offerToResume();
}

const states = async () => (await store.list()).map(({ record }) => record.state.kind);

test('a run is discarded, or goes on until it has its result', async () => {
  await offered(async (message) => (message.includes('after step 50') ? 'Resume' : undefined));
  expect(await states()).toEqual(['finished']);
  await store.write(run);
  await mkdir(join(run.folders.adapter, 'checkpoint-50'));
  await offered(async () => 'Discard It');
  expect(await states()).toEqual([]);
});

test.each(['Discard It', 'Resume'])(
  'a result is left alone when “%s” is pressed after the run has ended',
  async (button) => {
    const done = { ...run, record: { ...run.record, state: FINISHED } };
    await offered(async () => {
      await store.write(done);
      return button;
    });
    expect(await store.list()).toEqual([done]);
    expect(arranged.told).toHaveLength(1);
  },
);

test('an error after the run is told', async () => {
  vi.spyOn(RunStore.prototype, 'events').mockResolvedValueOnce([]).mockRejectedValueOnce(new Error('unreadable'));
  await offered(async (message) => (message.includes('after step 50') ? 'Resume' : undefined));
  expect(arranged.told.at(-1)).toBe('Fine-tuning failed: unreadable');
});
