// `npm start`: builds everything, shows a first continuation, and opens an editor with the extension on sample/.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeServer } from './editor/code-server';
import { isOnPath, runCommand } from './editor/command';
import { DESKTOP_COMMAND, openDesktop } from './editor/desktop';
import { createProfile, EDITOR_SETTINGS, type Profile } from './editor/profile';
import { installExtension, startServer, windowAddress } from './editor/server';
import { packExtension, ROOT } from './editor/vsix';

const PROMPT = '彼は老いていた。漁師は';
const SAMPLE = join(ROOT, 'sample');
const MANUSCRIPT = join(SAMPLE, 'umibe.txt');

const say = (line: string): void => console.log(line);

/** Aborts at Ctrl-C. */
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

async function main(): Promise<void> {
  await runCommand(process.execPath, [join(ROOT, 'scripts/build.mjs')], { cwd: ROOT });
  showContinuation();
  say('Packing the extension');
  const vsix = await packExtension();
  if (interrupted.signal.aborted) return;
  const profile = await createProfile(EDITOR_SETTINGS);
  try {
    if (isOnPath(DESKTOP_COMMAND)) {
      say(`Opening ${MANUSCRIPT} in desktop VS Code. Close its window to end.`);
      await openDesktop(profile, vsix, SAMPLE, endOf(MANUSCRIPT));
    } else {
      await serveInBrowser(profile, vsix);
    }
  } finally {
    await profile.remove();
  }
}

/** The model's first words, before any editor is there to show them. */
function showContinuation(): void {
  say('');
  const { status } = spawnSync(
    process.execPath,
    [join(ROOT, 'dist/cli.js'), 'complete', '--prompt', PROMPT, '--stop', 'sentence'],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (status !== 0) throw new Error(`The command line ended with ${status}.`);
  say('');
}

async function serveInBrowser(profile: Profile, vsix: string): Promise<void> {
  say('There is no command `code` on the PATH: the editor opens in the browser.');
  const editor = await codeServer(say);
  await installExtension(editor, profile, vsix);
  if (interrupted.signal.aborted) return;
  const server = await startServer(editor, profile);
  say(`\nOpen this address:\n\n  ${windowAddress(server, SAMPLE, endOf(MANUSCRIPT))}\n\nCtrl-C ends the editor.`);
  const asked = new Promise<'asked'>((resolve) => {
    if (interrupted.signal.aborted) resolve('asked');
    interrupted.signal.addEventListener('abort', () => resolve('asked'));
  });
  if ((await Promise.race([asked, server.ended])) !== 'asked') {
    throw new Error(`The editor ended by itself:\n${server.output()}`);
  }
  await server.stop();
}

/** Line and column (both from 1) behind the last character of a file. */
function endOf(file: string): { file: string; line: number; column: number } {
  const lines = readFileSync(file, 'utf8').split('\n');
  return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
