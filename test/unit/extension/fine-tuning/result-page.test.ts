import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import type { FineTuningPanel } from '../../../../src/extension/fine-tuning/panel';
import { ResultPage } from '../../../../src/extension/fine-tuning/result-page';
import { RunStore, type StoredRun } from '../../../../src/extension/fine-tuning/run-store';
import type { Trainers } from '../../../../src/extension/fine-tuning/trainers';
import type { PanelState } from '../../../../src/extension/fine-tuning/views/panel-state';
import { arranged, openWindow } from '../vscode-window';
import { finishedRun } from './finished-run';

vi.mock('vscode', () => import('../vscode-window'));
vi.mock('vscode-languageclient/node', () => import('vscode-languageserver-protocol/node'));

const MODEL = 'tsuzuki.model.path';
const ADAPTER = 'tsuzuki.model.adapter';

let folder: string;
let panel: { state?: PanelState; isVisible: boolean; show(state: PanelState): void };
let store: RunStore;
let page: ResultPage;
beforeEach(async () => {
  openWindow();
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-result-'));
  panel = {
    isVisible: false,
    show(state) {
      this.state = state;
    },
  };
  store = new RunStore(folder);
  page = new ResultPage(
    panel as unknown as FineTuningPanel,
    store,
    undefined as unknown as Trainers,
    undefined as unknown as LogOutputChannel,
    '/extension',
  );
});
afterEach(() => rm(folder, { recursive: true }));

async function made(id: string, model: string): Promise<StoredRun> {
  const run = finishedRun(folder, id, { model });
  await store.write(run);
  return run;
}
const adapterOf = (id: string) => join(folder, id, 'adapter');
const inUse = () => panel.state?.kind === 'finished' && panel.state.inUse;
const ofWorkspace = () => Object.fromEntries(arranged.workspace);

test('a result is used with its own base model, and both are taken back', async () => {
  arranged.workspace.set(MODEL, '/models/other').set(ADAPTER, '/adapters/of-other');
  await page.show(await made('1', '/models/base'));
  await page.use();
  expect(ofWorkspace()).toEqual({ [MODEL]: '/models/base', [ADAPTER]: adapterOf('1') });
  expect(inUse()).toBe(true);
  await page.goBack();
  expect(ofWorkspace()).toEqual({ [MODEL]: '/models/other', [ADAPTER]: '/adapters/of-other' });
  expect(inUse()).toBe(false);
});

test('a base model that the settings name anyway is not written', async () => {
  arranged.user.set(MODEL, '/models/base');
  await page.show(await made('1', '/models/base'));
  await page.use();
  await page.use();
  expect(ofWorkspace()).toEqual({ [ADAPTER]: adapterOf('1') });
  await page.goBack();
  expect(ofWorkspace()).toEqual({});
});

test('what one result was used after is not what another goes back to', async () => {
  arranged.workspace.set(ADAPTER, adapterOf('1'));
  const first = await made('1', '/extension/models/tsuzuki-base-ja');
  const second = await made('2', '/extension/models/tsuzuki-base-ja');
  await page.show(second);
  await page.use();
  await page.goBack();
  expect(ofWorkspace()).toEqual({ [ADAPTER]: adapterOf('1') });
  await page.show(first);
  expect(inUse()).toBe(true);
  await page.goBack();
  expect(ofWorkspace()).toEqual({});
});

test('in a workspace that is not trusted nothing is written, and the reason is said', async () => {
  arranged.isTrusted = false;
  await page.show(await made('1', '/models/base'));
  await page.use();
  expect(ofWorkspace()).toEqual({});
  expect(inUse()).toBe(false);
  expect(arranged.told).toEqual([expect.stringContaining('This workspace is not trusted')]);
});

test('a notification that is answered late speaks of its own result, whichever is shown by then', async () => {
  arranged.answer = async () => {
    await page.show(await made('2', '/models/other'));
    return 'Use It in This Workspace';
  };
  const verdict = { evalLossBefore: 4, evalLossAfter: 3 };
  const first = await made('1', '/models/base');
  await page.show({
    ...first,
    record: { ...first.record, state: { kind: 'finished', at: '', steps: 12, ...verdict } },
  });
  await page.announce();
  expect(ofWorkspace()).toEqual({ [MODEL]: '/models/base', [ADAPTER]: adapterOf('1') });
  expect(inUse()).toBe(false);
  await page.use();
  await page.goBack();
  expect(ofWorkspace()).toEqual({ [MODEL]: '/models/base', [ADAPTER]: adapterOf('1') });
});

test('a result that was deleted meanwhile is not used, and the way back is said', async () => {
  await page.show(await made('1', '/models/base'));
  await rm(join(folder, '1'), { recursive: true });
  await page.use();
  expect(ofWorkspace()).toEqual({});
  expect(inUse()).toBe(false);
  expect(arranged.told).toEqual([expect.stringContaining('was deleted meanwhile')]);
});
