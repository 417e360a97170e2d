import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { inject } from 'vitest';
import { tracedFromNow } from '../../network-trace';
import { until } from './until';

/** Process ids of the extension hosts of the bed's windows. */
export function extensionHostPids(): number[] {
  const { folder } = inject('bed').profile;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(pid, 'cmdline').includes('--type=extensionHost') && read(pid, 'environ').includes(folder))
    .map(Number);
}

/** Watches the network calls of the extension hosts, and of what they start, while `work` goes on. */
export async function watchedExtensionHosts(file: string, work: () => Promise<void>): Promise<void> {
  const [pid, ...others] = extensionHostPids();
  if (pid === undefined) throw new Error('no extension host runs');
  const [program = '', ...args] = [...tracedFromNow(pid, file), ...others.flatMap((other) => ['-p', String(other)])];
  const child = spawn(program, args, { stdio: 'ignore' });
  try {
    await until(
      'the trace to begin',
      () => existsSync(file) && read(String(pid), 'status').match(/TracerPid:\t[1-9]/) !== null,
    );
    await work();
  } finally {
    const closed = once(child, 'close');
    // Lets go of the processes, which go on.
    child.kill('SIGINT');
    await closed;
  }
}

function read(pid: string, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return ''; // it ended in the meantime, or is another user's
  }
}
