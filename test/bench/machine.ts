import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted to run in the last minute, on average: above the cores, others took part of the time. */
  readonly load: number;
}

/** The machine that a benchmark runs on: its numbers mean nothing elsewhere, their ratios a little more. */
export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? process.arch,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${type()} ${release()} ${process.arch}`,
    node: process.version,
    load: loadavg()[0] ?? Number.NaN,
  };
}

/** One line for people. */
export function describeMachine({ cpu, cores, memoryBytes, system, node, load }: Machine): string {
  return `${cpu}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, ${system}, Node ${node}, load ${load.toFixed(1)} before the run`;
}
