import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunStore } from '../../../../src/extension/fine-tuning/run-store';
import { RunTrash } from '../../../../src/extension/fine-tuning/run-trash';
import { finishedRun } from './finished-run';

let folder: string;
let store: RunStore;
let trash: RunTrash;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-trash-'));
  store = new RunStore(folder);
  trash = new RunTrash(store);
});
afterEach(() => rm(folder, { recursive: true }));

test('what is deleted is in no list, and comes back as it was', async () => {
  const [first, second] = [finishedRun(folder, '20261125-120000-000'), finishedRun(folder, '20261125-130000-000')];
  await store.write(first);
  await store.write(second);
  await trash.add(first, new Date('2026-11-25T14:00:00Z'));
  expect(await store.list()).toEqual([second]);
  expect((await trash.list()).map(({ run, at }) => [run.record, at.toISOString()])).toEqual([
    [first.record, '2026-11-25T14:00:00.000Z'],
  ]);
  expect(await trash.putBack(first.id)).toEqual(first);
  expect(await store.list()).toEqual([second, first]);
  expect(await trash.list()).toEqual([]);
});

test('what was deleted a week ago is gone for good', async () => {
  const [old, recent] = [finishedRun(folder, '20261101-120000-000'), finishedRun(folder, '20261124-120000-000')];
  for (const run of [old, recent]) await store.write(run);
  await trash.add(old, new Date('2026-11-10T00:00:00Z'));
  await trash.add(recent, new Date('2026-11-24T00:00:00Z'));
  expect((await trash.list()).map(({ run }) => run.id.split('@')[0])).toEqual([recent.id, old.id]);
  await trash.empty(new Date('2026-11-25T00:00:00Z'));
  expect(await trash.putBack(old.id)).toBeUndefined();
  expect(await trash.putBack(recent.id)).toEqual(recent);
});

test('nothing was ever deleted', async () => {
  await trash.empty(new Date());
  expect(await trash.list()).toEqual([]);
  expect(existsSync(join(folder, '.trash'))).toBe(false);
});
