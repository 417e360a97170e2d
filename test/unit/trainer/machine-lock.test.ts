import { expect, test } from 'vitest';
import { lockMachine } from '../../../src/trainer/machine-lock';

const name = (test: string) => `${test} ${process.pid}`;

test('one at a time, and the next after it', async () => {
  const release = await lockMachine(name('one'), 0);
  await expect(lockMachine(name('one'), 0)).rejects.toMatchObject({ code: 'already-running' });
  await release();
  await (await lockMachine(name('one'), 0))();
});

test('others are not in the way', async () => {
  const releases = [await lockMachine(name('a'), 0), await lockMachine(name('b'), 0)];
  for (const release of releases) await release();
});

test('waits for a holder that is about to end', async () => {
  const release = await lockMachine(name('patience'), 0);
  setTimeout(() => void release(), 100);
  await (await lockMachine(name('patience'), 10_000))();
});
