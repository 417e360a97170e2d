import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/**
 * Threads of a forward pass unless told otherwise: all physical cores but one, so that the editor keeps one, and one at
 * least. Two threads of one core share the units that multiply.
 */
export function defaultThreads(): number {
  return Math.max(1, Math.min(availableParallelism(), physicalCores()) - 1);
}

/** As well as it can be known: where the system does not say, two logical cores of an x64 processor count as one. */
function physicalCores(): number {
  const logical = cpus().length || availableParallelism();
  try {
    if (process.platform === 'linux') return linuxCores(logical);
    if (process.platform === 'darwin') return darwinCores();
  } catch {
    // A container may hide what says it.
  }
  return process.platform === 'win32' && process.arch === 'x64' ? Math.ceil(logical / 2) : logical;
}

/** Logical cores that share a physical one name the same siblings. */
function linuxCores(logical: number): number {
  const siblings = Array.from({ length: logical }, (_, cpu) =>
    readFileSync(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, 'utf8').trim(),
  );
  return new Set(siblings).size;
}

/** On Apple's processors those that are made for speed: the others would keep them waiting. */
function darwinCores(): number {
  const name = process.arch === 'arm64' ? 'hw.perflevel0.physicalcpu' : 'hw.physicalcpu';
  return Number.parseInt(execFileSync('/usr/sbin/sysctl', ['-n', name], { encoding: 'utf8' }), 10);
}
