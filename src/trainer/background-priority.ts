import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Lets whoever writes come first. On Linux each thread has a priority of its own, which those that it starts inherit: the
 * threads that Node.js has started already are asked as well.
 */
export function yieldToWriting(): void {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  if (process.platform !== 'linux') return;
  for (const thread of readdirSync('/proc/self/task')) {
    try {
      setPriority(Number(thread), constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It has ended meanwhile.
    }
  }
}
