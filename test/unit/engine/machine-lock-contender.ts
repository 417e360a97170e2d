// A process of machine-lock.test.ts: tries for the lock of each name that comes, a line each, and keeps what it gets.
import { createInterface } from 'node:readline';
import { tryLock } from '../../../src/engine/machine-lock';

createInterface(process.stdin).on('line', async (name) => {
  const release = await tryLock(name);
  process.stdout.write(release === undefined ? 'free no more\n' : 'held\n');
});
