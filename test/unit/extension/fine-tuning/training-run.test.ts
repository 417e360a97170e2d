import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import { createMessageConnection } from 'vscode-languageserver-protocol/node';
import { RunStore } from '../../../../src/extension/fine-tuning/run-store';
import type { TrainerProcess } from '../../../../src/extension/fine-tuning/trainer-process';
import { messageOf, TrainingRun } from '../../../../src/extension/fine-tuning/training-run';
import type { TrainingEvent } from '../../../../src/protocol/training';
import { BEGUN } from './finished-run';

vi.mock('vscode', () => import('../vscode-window'));
vi.mock('vscode-languageclient/node', () => import('vscode-languageserver-protocol/node'));

let folder: string;
let store: RunStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-training-run-'));
  store = new RunStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** A trainer that does as it is told. */
function trainer(fineTune: TrainerProcess['fineTune'], more: Partial<TrainerProcess> = {}) {
  const ended = Promise.resolve();
  const process = { fineTune, ended, dispose: () => undefined, stop: () => undefined, ...more };
  return process as unknown as TrainerProcess;
}

const warned: string[] = [];
const log = { warn: (text: string) => warned.push(text), error: () => undefined } as unknown as LogOutputChannel;

function begin(process: TrainerProcess) {
  return new TrainingRun({ ...store.newRun(new Date()), record: BEGUN }, process, store, log);
}
const texts = async () => ({ training: '/texts' });
const options = { resume: false, cacheFolder: '/cache' };

const started: TrainingEvent = {
  type: 'started',
  total_steps: 100,
  steps_per_epoch: 50,
  blocks: 4,
  tokens: 100,
  micro_batch_size: 1,
  trained_parameters: 10,
  resumed_from: 50,
};

test('a run that is paused while it gets ready is not said to learn', async () => {
  const run = begin(
    trainer(async (_, onEvent) => {
      run.pause();
      onEvent(started);
      return { type: 'stopped', step: 50, folder: '' };
    }),
  );
  expect(await run.run(texts, options)).toEqual({ kind: 'paused', step: 50 });
  expect(run.phase).toBe('pausing');
});

test('a result that is on record counts, even when what is left of its run cannot be deleted yet', async () => {
  const run = begin(trainer(async () => ({ type: 'finished', step: 12, folder: '' })));
  vi.spyOn(store, 'tidy').mockRejectedValue(new Error('EBUSY: resource busy or locked'));
  expect(await run.run(texts, options)).toMatchObject({ kind: 'finished', state: { steps: 12 } });
  expect(warned).toEqual([expect.stringContaining('EBUSY')]);
  expect(await store.list()).toMatchObject([{ record: { state: { kind: 'finished' } } }]);
});

test('a run whose base model has moved goes on with it where it is, and says so on record', async () => {
  const asked: string[] = [];
  const run = begin(
    trainer(async ({ model }) => {
      asked.push(model);
      expect(await store.list()).toMatchObject([{ record: { model, state: { kind: 'unfinished' } } }]);
      return { type: 'finished', step: 12, folder: '' };
    }),
  );
  const moved = '/extensions/tsuzuki-2/models/tsuzuki-base-ja';
  const outcome = await run.run(async () => ({ training: '/texts', model: moved }), options);
  expect(asked).toEqual([moved]);
  expect(outcome).toMatchObject({ kind: 'finished', run: { record: { model: moved } } });
  expect(await store.list()).toMatchObject([{ record: { model: moved, state: { kind: 'finished' } } }]);
});

test('a run that was cancelled and cannot be deleted ends with the reason', async () => {
  const run = begin(
    trainer(
      async () => {
        run.cancel();
        throw new Error('killed');
      },
      { kill: () => undefined },
    ),
  );
  vi.spyOn(store, 'remove').mockRejectedValue(new Error('EBUSY: resource busy or locked'));
  expect(await run.run(texts, options)).toEqual({ kind: 'failed', message: expect.stringContaining('EBUSY') });
});

test('a trainer that was gone before it was asked, or before it answered, ended unexpectedly', async () => {
  const [answers, questions] = [new PassThrough(), new PassThrough()];
  const connection = createMessageConnection(answers, questions);
  connection.listen();
  const pending = connection.sendRequest('asked').catch((error: unknown) => error);
  connection.dispose();
  const late = await (async () => connection.sendRequest('asked too late'))().catch((error: unknown) => error);
  for (const error of [await pending, late]) {
    expect(messageOf(error)).toBe(
      'The trainer ended unexpectedly; the machine may have too little memory. The log says more.',
    );
  }
});
