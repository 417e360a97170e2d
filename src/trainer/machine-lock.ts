import { setTimeout as sleep } from 'node:timers/promises';
import { tryLock } from '../engine/machine-lock';
import { TrainingError } from './training-error';

const RETRY_MS = 250;

/**
 * Keeps others on this machine from training meanwhile, as long as this process lives.
 *
 * @param name All who share it exclude one another.
 * @param patienceMs How long to wait for a holder that is about to end, as one does whose window was closed.
 * @returns Gives the lock back.
 * @throws {TrainingError} already-running
 */
export async function lockMachine(name: string, patienceMs: number): Promise<() => Promise<void>> {
  for (const end = performance.now() + patienceMs; ; await sleep(RETRY_MS)) {
    const release = await tryLock(name);
    if (release !== undefined) return release;
    if (performance.now() > end) throw new TrainingError('already-running', name);
  }
}
