import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { COMMANDS } from '../server/language-client';

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `tsuzuki` as users do: its own process, its own pipes. The language of messages is English unless given. */
export async function tsuzuki(
  args: readonly string[],
  options: { readonly stdin?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Run> {
  const child = spawn(process.execPath, [COMMANDS.commandLine[0], ...args], {
    env: { ...process.env, LC_ALL: 'C', ...options.env },
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end(options.stdin ?? '');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exit, stdout, stderr };
}

/** As {@link tsuzuki}, for a run that succeeds and says one JSON object. */
export async function json<T>(args: readonly string[], options: { readonly stdin?: string } = {}): Promise<T> {
  const { code, stdout, stderr } = await tsuzuki([...args, '--json'], options);
  if (code !== 0 || stderr !== '') throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout);
}
