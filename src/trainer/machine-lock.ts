import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TrainingError } from './training-error';

const RETRY_MS = 250;

/**
 * Keeps others on this machine from training meanwhile, as long as this process lives: a socket that it listens on,
 * which the system closes however the process ends.
 *
 * @param name All who share it exclude one another.
 * @param patienceMs How long to wait for a holder that is about to end, as one does whose window was closed.
 * @returns Gives the lock back.
 * @throws {TrainingError} already-running
 */
export async function lockMachine(name: string, patienceMs: number): Promise<() => Promise<void>> {
  const address = lockAddress(name);
  for (const end = performance.now() + patienceMs; ; await sleep(RETRY_MS)) {
    const server = await listen(address);
    if (server !== undefined) return () => new Promise((resolve) => server.close(() => resolve()));
    if (!(await isHeld(address))) await rm(address, { force: true });
    else if (performance.now() > end) throw new TrainingError('already-running', name);
  }
}

/** Where the holder of a lock listens: short, as the path of a socket must be. */
export function lockAddress(name: string): string {
  const id = `tsuzuki-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${id}` : join(tmpdir(), `${id}.sock`);
}

/** @returns undefined where the address is taken, by a process or by what one that was killed has left. */
function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('listening', () => resolve(server.unref()));
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(address);
  });
}

function isHeld(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const answer = (held: boolean) => {
      socket.destroy();
      resolve(held);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
