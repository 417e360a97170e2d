import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { baseToGoOnWith } from '../../../../src/extension/fine-tuning/base-search';
import { RunStore } from '../../../../src/extension/fine-tuning/run-store';
import type { TrainerProcess } from '../../../../src/extension/fine-tuning/trainer-process';
import type { FindBasesParams, FoundBase } from '../../../../src/protocol/made-models';
import { arranged, openWindow } from '../vscode-window';
import { BEGUN } from './finished-run';

vi.mock('vscode', () => import('../vscode-window'));

const BUILT_IN = join('/extension-2', 'models', 'tsuzuki-base-ja');

let folder: string;
beforeEach(async () => {
  openWindow();
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-base-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function goOn(found: FoundBase) {
  const store = new RunStore(folder);
  const run = { ...store.newRun(new Date()), record: BEGUN };
  for (const step of [50, 100]) await mkdir(join(run.folders.adapter, `checkpoint-${step}`), { recursive: true });
  const asked: FindBasesParams[] = [];
  const findBases = async (params: FindBasesParams) => {
    asked.push(params);
    return [found];
  };
  const trainer = { findBases } as unknown as TrainerProcess;
  const search = { store, trainer, cacheFolder: '/cache', extensionPath: '/extension-2' };
  const model = await baseToGoOnWith(run, search);
  return { model, asked, checkpoint: join(run.folders.adapter, 'checkpoint-100') };
}

test('the newest checkpoint finds its base model: where it was, in the settings, in the extension', async () => {
  arranged.user.set('tsuzuki.model.path', '/models/mine');
  const { model, asked, checkpoint } = await goOn({ kind: 'found', model: BUILT_IN });
  expect(model).toBe(BUILT_IN);
  const models = [BEGUN.model, '/models/mine', BUILT_IN];
  expect(asked).toEqual([{ adapters: [{ adapter: checkpoint, models }], cacheFolder: '/cache' }]);
});

test('a base model that is nowhere is asked for where it was', async () => {
  expect((await goOn({ kind: 'missing' })).model).toBe(BEGUN.model);
});
