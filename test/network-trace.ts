import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** A socket address that a process handed to the kernel. */
export interface Destination {
  /** As strace names it: `AF_INET`. */
  readonly family: string;
  /** Of the internet families, where it could be read. */
  readonly address?: string;
  readonly port?: number;
}

/** Families whose messages end in this machine's kernel or another process of it; AF_UNSPEC takes a connection apart. */
const LOCAL_FAMILIES: readonly string[] = ['AF_UNIX', 'AF_NETLINK', 'AF_UNSPEC'];

/**
 * The addresses in the output of strace, each once. Calls that name none are passed over: what they write goes to where
 * an earlier call has connected.
 */
export function destinations(trace: string): Destination[] {
  const found = new Map<string, Destination>();
  for (const [sockaddr, family = ''] of trace.matchAll(/\{sa_family=(\w+)[^{}]*/g)) {
    const address = /(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]*)"/.exec(sockaddr)?.[1];
    const port = /sin6?_port=htons\((\d+)\)/.exec(sockaddr)?.[1];
    const one = {
      family,
      ...(address !== undefined && { address }),
      ...(port !== undefined && { port: Number(port) }),
    };
    found.set(JSON.stringify(one), one);
  }
  return [...found.values()];
}

/** Whether what is sent there may leave the machine; so does whatever cannot be read. */
export function leavesMachine({ family, address = '' }: Destination): boolean {
  if (LOCAL_FAMILIES.includes(family)) return false;
  return !/^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/.test(address);
}

/** The command that watches another one, all its threads and children, and writes their network calls into a file. */
export function traced(file: string): readonly string[] {
  // Without contents (-s 0): a text that is written must not look like an address.
  return ['strace', '-f', '-qq', '-s', '0', '-e', 'trace=connect,sendto,sendmsg,sendmmsg', '-o', file];
}

/** The same for a process that runs already, from now on. */
export function tracedFromNow(pid: number, file: string): readonly string[] {
  return [...traced(file), '-p', String(pid)];
}

/** Where the processes of a trace meant to send something that may leave the machine. */
export async function leaks(file: string): Promise<Destination[]> {
  return destinations(await readFile(file, 'utf8')).filter(leavesMachine);
}

/** Why processes cannot be watched here; `undefined` where they can. */
export function cannotTrace(): string | undefined {
  const { error, status } = spawnSync('strace', ['-qq', '-e', 'trace=connect', 'true'], { stdio: 'ignore' });
  if (error !== undefined) return 'strace is not installed';
  return status === 0 ? undefined : 'no process may be traced here';
}
