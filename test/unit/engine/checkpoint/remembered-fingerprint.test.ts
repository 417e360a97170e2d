import { mkdtemp, open, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint';
import { checkpointFingerprint } from '../../../../src/engine/checkpoint/fingerprint';
import { rememberedFingerprint } from '../../../../src/engine/checkpoint/remembered-fingerprint';
import { writeTinyModel } from '../../../tiny-model';

let scratch: string;
let model: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-fingerprint-'));
  model = join(scratch, 'model');
  await writeTinyModel(model, scratch);
});
afterEach(() => rm(scratch, { recursive: true }));

/** The fingerprint, and whether the weights were read for it. */
async function fingerprint(): Promise<{ readonly fingerprint: string; readonly read: boolean }> {
  const shares: number[] = [];
  const onHashed = (share: number) => shares.push(share);
  const found = await rememberedFingerprint(await openCheckpoint(model), join(scratch, 'cache'), onHashed);
  if (shares.length > 0) expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
  expect(found).toBe(await checkpointFingerprint(await openCheckpoint(model)));
  return { fingerprint: found, read: shares.length > 0 };
}

test('the weights are read once', async () => {
  const first = await fingerprint();
  expect(first.read).toBe(true);
  expect(await fingerprint()).toEqual({ ...first, read: false });
});

test('a file that was changed in place, and is as long as before, is noticed', async () => {
  const before = await fingerprint();
  const weights = join(model, 'model.safetensors');
  const { size } = await stat(weights);
  const file = await open(weights, 'r+');
  await file.write(Uint8Array.of(1, 2, 3, 4), 0, 4, size - 4);
  await file.close();
  const after = await fingerprint();
  expect(after.read).toBe(true);
  expect(after.fingerprint).not.toBe(before.fingerprint);
});

test('a file that was merely touched is read again, and is the same', async () => {
  const before = await fingerprint();
  await utimes(join(model, 'model.safetensors'), 1, 1);
  expect(await fingerprint()).toEqual({ ...before, read: true });
  expect((await fingerprint()).read).toBe(false);
});

test('where it cannot be kept it is read again', async () => {
  const checkpoint = await openCheckpoint(model);
  const nowhere = join(model, 'config.json', 'cache');
  expect(await rememberedFingerprint(checkpoint, nowhere)).toBe(await checkpointFingerprint(checkpoint));
});
