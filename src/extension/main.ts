import { type ExtensionContext, window, workspace } from 'vscode';
import { SETTINGS_SECTION } from '../protocol/settings';
import type { ServerStatus } from '../protocol/status';
import { registerCommands } from './commands';
import { hintCursor } from './cursor-hint';
import { anyDocumentToServe } from './documents';
import { FineTuning } from './fine-tuning/fine-tuning';
import { announceModelErrors } from './model-error';
import { Pauses } from './pauses/pauses';
import { Sidecar } from './sidecar';
import { StatusBar } from './status-bar';

/** What `activate` returns, for the tests that run inside VS Code and nobody else. */
export interface TestApi {
  /** What the sidecar last said, or `undefined` before it was started. */
  status(): ServerStatus | undefined;
  /** Process id of the running sidecar. */
  sidecarPid(): number | undefined;
  /** Resolves when the sidecar has for the first time loaded its model or failed. */
  readonly ready: Promise<void>;
}

let sidecar: Sidecar | undefined;

/** Puts the parts together. The sidecar starts only when there is a document to continue. */
export function activate(context: ExtensionContext): TestApi {
  const log = window.createOutputChannel('Tsuzuki', { log: true });
  const pauses = new Pauses();
  const running = new Sidecar(context, log, pauses);
  sidecar = running;
  const fineTuning = new FineTuning(context, log);
  const startIfNeeded = (): void => {
    if (anyDocumentToServe()) running.ensureStarted();
  };
  context.subscriptions.push(
    log,
    pauses,
    running,
    new StatusBar(running, pauses),
    hintCursor(running, pauses),
    announceModelErrors(running),
    fineTuning,
    registerCommands(context, running, pauses, fineTuning, log),
    workspace.onDidOpenTextDocument(startIfNeeded),
    workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(SETTINGS_SECTION)) return;
      running.restartIfOutdated();
      startIfNeeded();
    }),
  );
  startIfNeeded();
  void fineTuning.offerToResume();

  return { status: () => running.status, sidecarPid: () => running.pid, ready: running.settled };
}

/** Ends the sidecar and waits for it. */
export async function deactivate(): Promise<void> {
  await sidecar?.stop();
}
