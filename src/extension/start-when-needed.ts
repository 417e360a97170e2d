import { Disposable, workspace } from 'vscode';
import { SETTINGS_SECTION } from '../protocol/settings';
import { anyDocumentToServe } from './documents';
import type { Sidecar } from './sidecar';

/** Starts the sidecar once there is a document to continue, and anew when the settings ask for another. */
export function startWhenNeeded(sidecar: Sidecar): Disposable {
  const startIfNeeded = (): void => {
    if (anyDocumentToServe()) sidecar.ensureStarted();
  };
  startIfNeeded();
  return Disposable.from(
    workspace.onDidOpenTextDocument(startIfNeeded),
    workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(SETTINGS_SECTION)) return;
      sidecar.restartIfOutdated();
      startIfNeeded();
    }),
  );
}
