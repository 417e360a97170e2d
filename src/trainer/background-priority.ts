import { readdirSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';

/**
 * Lets whoever writes come first. On Linux each thread has a priority of its own, which those that it starts inherit: the
 * threads that Node.js has started already are asked as well.
 */
export function yieldToWriting(): void {
  yieldWith(0);
  if (process.platform !== 'linux') return;
  for (const thread of readdirSync('/proc/self/task')) yieldWith(Number(thread));
}

/** @param thread 0 for this process. What gives way further than that already, by `nice`, is left so: it may not come back. */
function yieldWith(thread: number): void {
  try {
    if (getPriority(thread) < constants.priority.PRIORITY_BELOW_NORMAL) {
      setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
    }
  } catch {
    // A thread has ended meanwhile, or the system does not let it be: the run goes on as fast as it is.
  }
}
