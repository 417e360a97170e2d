import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  discardInterrupted,
  findInterrupted,
  stillInterrupted,
} from '../../../../src/extension/fine-tuning/interrupted-runs';
import { MEASURED } from '../../../../src/extension/fine-tuning/presets';
import type { RunRecord } from '../../../../src/extension/fine-tuning/run-record';
import { RunStore } from '../../../../src/extension/fine-tuning/run-store';

const HERE = ['file:///drafts'];

let folder: string;
let store: RunStore;
let trainer: ChildProcess;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-interrupted-'));
  store = new RunStore(folder);
  trainer = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
});
afterEach(async () => {
  await end();
  await rm(folder, { recursive: true });
});

async function end(): Promise<void> {
  if (trainer.exitCode !== null || trainer.signalCode !== null) return;
  trainer.kill('SIGKILL');
  await once(trainer, 'close');
}

async function run(time: string, checkpoint: number, more: Partial<RunRecord> = {}) {
  const record: RunRecord = {
    name: '短編集',
    workspace: HERE,
    model: '/models/tsuzuki-base-ja',
    preset: 'standard',
    hyperparameters: MEASURED.lora,
    files: 2,
    training: { characters: 900, tokens: 450 },
    heldOut: { characters: 100, tokens: 50 },
    begun: time,
    state: { kind: 'unfinished' },
    ...more,
  };
  const stored = { ...store.newRun(new Date(time)), record };
  await store.write(stored);
  if (checkpoint > 0) await mkdir(join(stored.folders.adapter, `checkpoint-${checkpoint}`), { recursive: true });
  return stored;
}
const finished = { kind: 'finished', at: '2026-11-25T13:10:00Z', steps: 12 } as const;

test('the newest run of the workspace that has a checkpoint', async () => {
  await run('2026-11-25T10:00:00Z', 10);
  const newest = await run('2026-11-25T11:00:00Z', 50);
  await run('2026-11-25T12:00:00Z', 60, { workspace: ['file:///elsewhere'] });
  await run('2026-11-25T13:00:00Z', 0, { state: finished });
  expect(await findInterrupted(store, HERE)).toEqual({ run: newest, step: 50 });
});

test('a run without a checkpoint is removed, and no other', async () => {
  await run('2026-11-25T10:00:00Z', 0);
  const other = await run('2026-11-25T11:00:00Z', 0, { workspace: ['file:///elsewhere'] });
  const done = await run('2026-11-25T12:00:00Z', 0, { state: finished });
  expect(await findInterrupted(store, HERE)).toBeUndefined();
  expect(await store.list()).toEqual([done, other]);
});

test('a run whose trainer still works is left alone', async () => {
  const working = await run('2026-11-25T10:00:00Z', 0, { trainer: trainer.pid });
  expect(await findInterrupted(store, HERE)).toBeUndefined();
  expect(await store.list()).toEqual([working]);
});

test('a trainer that is about to end is waited for', async () => {
  const ending = await run('2026-11-25T10:00:00Z', 50, { trainer: trainer.pid });
  setTimeout(() => trainer.kill('SIGKILL'), 100);
  expect(await findInterrupted(store, HERE, 60)).toEqual({ run: ending, step: 50 });
});

test('a run that comes to its end meanwhile keeps its result', async () => {
  const ending = await run('2026-11-25T10:00:00Z', 0, { trainer: trainer.pid });
  setTimeout(async () => {
    await store.write({ ...ending, record: { ...ending.record, state: finished } });
    trainer.kill('SIGKILL');
  }, 100);
  expect(await findInterrupted(store, HERE, 60)).toBeUndefined();
  expect(await store.list()).toHaveLength(1);
});

describe('an offer to go on that is answered late', () => {
  test('finds the run as it is on record by then', async () => {
    const offered = await run('2026-11-25T10:00:00Z', 50);
    expect(await stillInterrupted(store, offered)).toEqual(offered);
    const renamed = { ...offered, record: { ...offered.record, name: '短編集 2' } };
    await store.write(renamed);
    expect(await stillInterrupted(store, offered)).toEqual(renamed);
    await discardInterrupted(store, offered);
    expect(await stillInterrupted(store, offered)).toBeUndefined();
    expect(await store.list()).toEqual([]);
  });

  test('leaves a run alone that has its result by then', async () => {
    const offered = await run('2026-11-25T10:00:00Z', 50);
    const done = { ...offered, record: { ...offered.record, state: finished } };
    await store.write(done);
    await discardInterrupted(store, offered);
    expect(await stillInterrupted(store, offered)).toBeUndefined();
    expect(await store.list()).toEqual([done]);
  });

  test('leaves a run alone that goes on by then', async () => {
    const offered = await run('2026-11-25T10:00:00Z', 50);
    const working = { ...offered, record: { ...offered.record, trainer: trainer.pid } };
    await store.write(working);
    await discardInterrupted(store, offered);
    expect(await stillInterrupted(store, offered)).toBeUndefined();
    expect(await store.list()).toEqual([working]);
  });
});
