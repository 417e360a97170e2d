import { type ExtensionContext, window } from 'vscode';
import type { ServerStatus } from '../protocol/status';
import { registerCommands } from './commands';
import { hintCursor } from './cursor-hint';
import { FineTuning } from './fine-tuning/fine-tuning';
import { announceModelErrors } from './model-error';
import { Pauses } from './pauses/pauses';
import { SamplingPanel } from './sampling-panel/sampling-panel';
import { Sidecar } from './sidecar';
import { startWhenNeeded } from './start-when-needed';
import { Statistics } from './statistics/statistics';
import { StatisticsPage } from './statistics/statistics-page';
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

let running: { readonly sidecar: Sidecar; readonly statistics: Statistics } | undefined;

/** Puts the parts together. The sidecar starts only when there is a document to continue. */
export function activate(context: ExtensionContext): TestApi {
  const log = window.createOutputChannel('Tsuzuki', { log: true });
  const pauses = new Pauses();
  const statistics = new Statistics(context, log);
  const sidecar = new Sidecar(context, log, pauses, statistics);
  running = { sidecar, statistics };
  const fineTuning = new FineTuning(context, log);
  const samplingPanel = new SamplingPanel(context.extensionUri, sidecar, pauses, log);
  const statisticsPage = new StatisticsPage(context.extensionUri, statistics, log);
  context.subscriptions.push(
    ...[log, pauses, statistics, sidecar, fineTuning, samplingPanel, statisticsPage],
    new StatusBar(sidecar, pauses),
    hintCursor(sidecar, pauses),
    announceModelErrors(sidecar),
    registerCommands({ context, sidecar, pauses, fineTuning, samplingPanel, statistics, statisticsPage, log }),
    startWhenNeeded(sidecar),
  );
  void fineTuning.offerToResume();

  return { status: () => sidecar.status, sidecarPid: () => sidecar.pid, ready: sidecar.settled };
}

/** Ends the sidecar, writes what was counted, and waits for both. */
export async function deactivate(): Promise<void> {
  await Promise.all([running?.sidecar.stop(), running?.statistics.stop()]);
}
