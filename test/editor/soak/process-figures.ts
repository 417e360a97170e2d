import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second (`USER_HZ`, proc(5)). */
const TICK_MS = 10;

/** Memory that belongs to a process alone, in bytes: mapped files, which the weights of a model are, do not count. */
export function privateMemory(pid: number): number {
  const kibibytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kibibytes === undefined) throw new Error(`Process ${pid} does not say how much memory it has.`);
  return Number(kibibytes) * 1024;
}

/** Processor time that a process has used since it was started, in milliseconds, whatever else the machine did. */
export function processorTime(pid: number): number {
  const [userTicks, systemTicks] = fieldsAfterName(pid).slice(11, 13);
  return (Number(userTicks) + Number(systemTicks)) * TICK_MS;
}

export function parentOf(pid: number): number {
  return Number(fieldsAfterName(pid)[1]);
}

/** What `/proc/PID/stat` says behind the name of the program, which may hold blanks: state, parent, … */
function fieldsAfterName(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
