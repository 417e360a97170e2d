import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../../src/extension/fine-tuning/run-record';
import { RunStore } from '../../../../src/extension/fine-tuning/run-store';
import { BEGUN } from './finished-run';

let folder: string;
let store: RunStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-runs-'));
  store = new RunStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

async function begin(time: string, more: Partial<RunRecord> = {}) {
  const run = { ...store.newRun(new Date(time)), record: { ...BEGUN, ...more } };
  await store.write(run);
  return run;
}

async function checkpoint(adapter: string, step: number) {
  await mkdir(join(adapter, `checkpoint-${step}`), { recursive: true });
}

describe('runs', () => {
  it('come back as they were written, the newest first', async () => {
    const first = await begin('2026-11-25T13:00:00Z');
    const second = await begin('2026-11-25T14:00:00Z', {
      state: { kind: 'finished', at: '2026-11-25T14:10:00Z', steps: 12, evalLossBefore: 4, evalLossAfter: 3.9 },
    });
    await mkdir(join(folder, 'something else'));
    expect(await store.list()).toEqual([second, first]);
    expect(await readdir(first.folders.root)).toEqual(['run.json']);
  });

  it('are none before the first', async () => expect(await new RunStore(join(folder, 'none')).list()).toEqual([]));

  it('are passed over when their record is broken', async () => {
    const { folders } = await begin('2026-11-25T13:00:00Z');
    await writeFile(join(folders.root, 'run.json'), '{"name": ');
    expect(await store.list()).toEqual([]);
  });

  it('can go on from their newest checkpoint', async () => {
    const { folders } = await begin('2026-11-25T13:00:00Z');
    expect(await store.resumableStep(folders)).toBe(0);
    await checkpoint(folders.adapter, 50);
    await checkpoint(folders.adapter, 100);
    expect(await store.resumableStep(folders)).toBe(100);
  });

  it('keep their result alone when they have ended', async () => {
    const { folders } = await begin('2026-11-25T13:00:00Z');
    await checkpoint(folders.adapter, 50);
    await mkdir(join(folders.texts, 'training'), { recursive: true });
    await writeFile(join(folders.adapter, 'adapter_model.safetensors'), '');
    await store.tidy(folders);
    expect(await readdir(folders.root)).toEqual(['adapter', 'run.json']);
    expect(await readdir(folders.adapter)).toEqual(['adapter_model.safetensors']);
    await store.remove(folders);
    expect(existsSync(folders.root)).toBe(false);
  });

  it('are tidied later when their window was closed before that was done', async () => {
    const done = await begin('2026-11-25T13:00:00Z', {
      state: { kind: 'finished', at: '2026-11-25T13:10:00Z', steps: 12 },
    });
    const unfinished = await begin('2026-11-25T14:00:00Z');
    for (const { folders } of [done, unfinished]) {
      await checkpoint(folders.adapter, 50);
      await mkdir(join(folders.texts, 'training'), { recursive: true });
    }
    await store.tidyFinished();
    expect(await readdir(done.folders.root)).toEqual(['adapter', 'run.json']);
    expect(await readdir(done.folders.adapter)).toEqual([]);
    expect(existsSync(join(unfinished.folders.texts, 'training'))).toBe(true);
    expect(await store.resumableStep(unfinished.folders)).toBe(50);
  });

  it('know what the trainer told, but for a line cut short', async () => {
    const { folders } = await begin('2026-11-25T13:00:00Z');
    await mkdir(folders.adapter);
    await writeFile(join(folders.adapter, 'training_log.jsonl'), '{"type":"evaluated","step":0,"eval_loss":4}\n{"ty');
    expect(await store.events(folders)).toEqual([{ type: 'evaluated', step: 0, eval_loss: 4 }]);
  });

  it('are under way as long as their trainer lives', async () => {
    const trainer = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    const run = await begin('2026-11-25T13:00:00Z', { trainer: trainer.pid });
    expect(await store.isUnderWay(run)).toBe(true);
    trainer.kill('SIGKILL');
    await once(trainer, 'close');
    expect(await store.isUnderWay(run)).toBe(false);
    expect(await store.isUnderWay(await begin('2026-11-25T14:00:00Z'))).toBe(false);
  });
});
