import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives a lock back. */
export type Release = () => Promise<void>;

/** Bytes of a socket's name in Linux's `sockaddr_un`. */
const SOCKET_NAME_BYTES = 108;

/** Of BSD and macOS, where Node has no name for it: the lock of `flock`, taken as the file is opened. */
const O_EXLOCK = 0x20;

/**
 * Takes a lock that processes of this machine share, unless another holds it. The system gives it to one of those that ask
 * at the same moment, and takes it back however its process ends: nothing is left behind that could be mistaken for a
 * holder, or that two could clear away at once.
 *
 * @param name All who share it exclude one another.
 * @returns Gives the lock back; `undefined` where another process holds it.
 */
export async function tryLock(name: string): Promise<Release | undefined> {
  const id = `tsuzuki-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  switch (process.platform) {
    case 'win32':
      return listen(`\\\\.\\pipe\\${id}`);
    case 'linux':
      // An abstract socket, which is no file. Some versions of Node fill the name up, others do not.
      return listen(`\0${id}`.padEnd(SOCKET_NAME_BYTES, '\0'));
    default:
      return lockFile(join(tmpdir(), `${id}.lock`));
  }
}

/** An address that one process alone can listen on. */
function listen(address: string): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    const release = () => new Promise<void>((closed) => server.close(() => closed()));
    server.once('listening', () => {
      server.unref();
      resolve(release);
    });
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(address);
  });
}

/** A file that stays, and is locked as long as it is open. */
async function lockFile(path: string): Promise<Release | undefined> {
  try {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK, 0o600);
    return () => file.close();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined;
    throw error;
  }
}
