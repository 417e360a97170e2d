import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Takes a lock that processes of this machine share, unless another holds it: a socket that this process listens on,
 * which the system closes however the process ends.
 *
 * @param name All who share it exclude one another.
 * @returns Gives the lock back; `undefined` where another process holds it.
 */
export async function tryLock(name: string): Promise<(() => Promise<void>) | undefined> {
  const address = lockAddress(name);
  const server = (await listen(address)) ?? (await listenInPlaceOfTheDead(address));
  return server && (() => new Promise((resolve) => server.close(() => resolve())));
}

/** Where the holder of a lock listens: short, as the path of a socket must be. */
export function lockAddress(name: string): string {
  const id = `tsuzuki-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${id}` : join(tmpdir(), `${id}.sock`);
}

async function listenInPlaceOfTheDead(address: string): Promise<Server | undefined> {
  if (await isHeld(address)) return undefined;
  await rm(address, { force: true });
  return listen(address);
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
