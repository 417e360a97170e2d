import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeServer } from './code-server';
import { runCommand } from './command';
import type { Profile } from './profile';

/** A running editor in the browser. */
export interface EditorServer {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** Resolves when the server has ended, asked or unasked. */
  readonly ended: Promise<void>;
  /** Everything the server has printed. */
  output(): string;
  /** Ends the server and waits until it has. */
  stop(): Promise<void>;
}

/** A server that got SIGTERM and still runs after this many milliseconds is killed. */
const STOP_PATIENCE_MS = 10_000;
/** Windows that went away are not waited for longer than this, in seconds. */
const RECONNECTION_SECONDS = 10;

/** Installs a VSIX into the profile. @throws {CommandError} */
export async function installExtension({ node, entry }: CodeServer, profile: Profile, vsix: string): Promise<void> {
  await writeConfiguration(profile);
  const environment = serverEnvironment(profile);
  await runCommand(node, [entry, ...profileFlags(profile), '--install-extension', vsix, '--force'], { environment });
}

/**
 * Starts the server on a free port of 127.0.0.1, without a password.
 *
 * @param workspaceTrust Whether folders have to be trusted first, as on the desktop.
 * @throws with the server's output if it ends before it listens.
 */
export async function startServer(
  { node, entry }: CodeServer,
  profile: Profile,
  { workspaceTrust = false }: { readonly workspaceTrust?: boolean } = {},
): Promise<EditorServer> {
  await writeConfiguration(profile);
  const flags = [
    '--auth=none',
    '--bind-addr=127.0.0.1:0',
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    ...(workspaceTrust ? [] : ['--disable-workspace-trust']),
    `--reconnection-grace-time=${RECONNECTION_SECONDS}`,
  ];
  const child = spawn(node, [entry, ...profileFlags(profile), ...flags], {
    env: serverEnvironment(profile),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in the terminal reaches this process only, which then ends the server in order.
    detached: true,
  });
  let output = '';
  const ended = once(child, 'close').then(() => undefined);
  const listening = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const origin = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
        if (origin !== undefined) resolve(origin);
      });
    }
  });
  const origin = await Promise.race([listening, ended]);
  if (origin === undefined) throw new Error(`code-server ended before it listened:\n${output}`);
  return { origin, ended, output: () => output, stop: () => stop(child, ended) };
}

/** The address of a window on `folder`, with a file open and the cursor at a line and column (both from 1). */
export function windowAddress(
  { origin }: Pick<EditorServer, 'origin'>,
  folder: string,
  open?: { readonly file: string; readonly line: number; readonly column: number },
): string {
  const payload =
    open === undefined
      ? []
      : [
          ['gotoLineMode', 'true'],
          ['openFile', `${remoteUri(origin, open.file)}:${open.line}:${open.column}`],
        ];
  return windowAddressWith(origin, folder, payload);
}

/** The address of a window on `folder` with VS Code's own start-up properties. */
export function windowAddressWith(origin: string, folder: string, payload: readonly (readonly string[])[]): string {
  const query = new URLSearchParams({ folder });
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `${origin}/?${query}`;
}

/** A file of this machine as the window in the browser names it. */
export function remoteUri(origin: string, path: string): string {
  return `vscode-remote://${new URL(origin).host}${encodeURI(path)}`;
}

function profileFlags({ folder, userData, extensions }: Profile): string[] {
  return ['--config', join(folder, 'config.yaml'), '--user-data-dir', userData, '--extensions-dir', extensions];
}

/** Without a file of its own code-server would write one into the user's home folder. */
async function writeConfiguration({ folder }: Profile): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.yaml'), 'auth: none\n');
}

/** No gallery look-ups, and nothing written into the user's home folder. */
function serverEnvironment({ folder }: Profile): NodeJS.ProcessEnv {
  const home = join(folder, 'xdg');
  const { PORT: _port, ...environment } = process.env;
  return {
    ...environment,
    EXTENSIONS_GALLERY: '{}',
    XDG_CONFIG_HOME: home,
    XDG_DATA_HOME: home,
    XDG_CACHE_HOME: home,
    XDG_STATE_HOME: home,
  };
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const killer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, STOP_PATIENCE_MS);
  await ended;
  clearTimeout(killer);
}
