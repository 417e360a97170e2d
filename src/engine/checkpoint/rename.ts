import { rename as renameOnce } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How Windows says that somebody has a file open. */
const IN_USE = ['EPERM', 'EACCES', 'EBUSY'];

const PATIENCE_MS = 10_000;
const FIRST_DELAY_MS = 20;
const LONGEST_DELAY_MS = 500;

/**
 * Renames a file or a folder, as `fs.rename`. On Windows a virus scanner or OneDrive opens what has just been written, and
 * nothing that is open can be renamed: it is tried again for some seconds, so that no run of hours ends by that.
 */
export function rename(from: string, to: string): Promise<void> {
  const attempt = () => renameOnce(from, to);
  return process.platform === 'win32' ? whileInUse(attempt) : attempt();
}

/** Tries again what fails because a file is in use, until patience is at an end; the last error passes on. */
export async function whileInUse<T>(attempt: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const end = performance.now() + patienceMs;
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(2 * delay, LONGEST_DELAY_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const inUse = error instanceof Error && 'code' in error && IN_USE.includes(String(error.code));
      if (!inUse || performance.now() > end) throw error;
    }
    await sleep(delay);
  }
}
