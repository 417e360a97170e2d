import { commands, type Disposable, l10n, window } from 'vscode';
import { chosenModel } from './model-folder';
import type { Sidecar } from './sidecar';

/**
 * Tells the user once when the model folder they chose themselves cannot be used. The status bar shows every other
 * error, and goes on showing this one.
 */
export function announceModelErrors(sidecar: Sidecar): Disposable {
  let announced: string | undefined;
  return sidecar.onDidChangeStatus((status) => {
    if (status.state === 'ready') announced = undefined;
    // A sidecar that is gone was given up; whoever did that has said so.
    if (status.state !== 'error' || chosenModel() === undefined || sidecar.pid === undefined) return;
    const problem = `${status.model.folder}\n${status.message}`;
    if (problem === announced) return;
    announced = problem;
    void offerAnotherFolder(status.message);
  });
}

async function offerAnotherFolder(message: string): Promise<void> {
  const choose = l10n.t('Choose Model Folder…');
  const showLog = l10n.t('Show Log');
  const choice = await window.showErrorMessage(message, choose, showLog);
  if (choice === choose) await commands.executeCommand('tsuzuki.chooseModelFolder');
  if (choice === showLog) await commands.executeCommand('tsuzuki.showLog');
}
