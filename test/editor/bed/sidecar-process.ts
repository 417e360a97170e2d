import { readdirSync, readFileSync } from 'node:fs';
import { inject } from 'vitest';
import { until } from './until';

/** Process ids of the sidecars that belong to the extension installed in the test profile. */
export function sidecarPids(): number[] {
  return pidsOf('dist/server.js');
}

/** Process ids of the trainers, likewise. */
export function trainerPids(): number[] {
  return pidsOf('dist/trainer.js');
}

function pidsOf(bundle: string): number[] {
  const { extensions } = inject('bed').profile;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const commandLine = commandLineOf(pid);
      return commandLine.includes(extensions) && commandLine.includes(bundle);
    })
    .map(Number);
}

/** The one sidecar that runs, once it does. */
export function theSidecar(): Promise<number> {
  return until('one sidecar process', () => {
    const [pid, ...others] = sidecarPids();
    return others.length === 0 ? pid : undefined;
  });
}

/** Kills the sidecar as the system would when memory runs out; resolves when it is gone. */
export async function killSidecar(): Promise<number> {
  const pid = await theSidecar();
  process.kill(pid, 'SIGKILL');
  await until(`process ${pid} gone`, () => !sidecarPids().includes(pid));
  return pid;
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it ended in the meantime
  }
}
