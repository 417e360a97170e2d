import { spawn, spawnSync } from 'node:child_process';

/** A command that ended with a code other than 0; the message holds the end of what it printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** How much of a failed command's output is worth repeating, in characters. */
const OUTPUT_TAIL = 3000;

/** Runs a command quietly and returns what it printed. @throws {CommandError} */
export async function runCommand(
  file: string,
  parameters: readonly string[],
  { cwd, environment = process.env }: CommandOptions = {},
): Promise<string> {
  // Windows starts a .cmd file only through its shell, which takes parameters apart at spaces.
  const shell = file.endsWith('.cmd');
  const given = shell ? parameters.map((parameter) => `"${parameter}"`) : parameters;
  const child = spawn(file, given, { cwd, env: environment, shell, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve(exitCode ?? signal));
  });
  if (code !== 0) {
    throw new CommandError(`${file} ${parameters.join(' ')} ended with ${code}:\n${output.slice(-OUTPUT_TAIL)}`);
  }
  return output;
}

/** Whether a program of that name can be started. */
export function isOnPath(program: string): boolean {
  const finder = process.platform === 'win32' ? 'where' : 'which';
  return spawnSync(finder, [program], { stdio: 'ignore' }).status === 0;
}
