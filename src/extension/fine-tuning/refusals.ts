import { commands, l10n, window, workspace } from 'vscode';

/** Says why nothing is learnt in a workspace that is not trusted. */
export async function refuseUntrusted(): Promise<void> {
  const manage = l10n.t('Manage Workspace Trust');
  const message = l10n.t(
    'This workspace is not trusted: Tsuzuki does not learn from files whose origin you have not vouched for. Trust the workspace, then try again.',
  );
  const choice = await window.showErrorMessage(message, manage);
  if (choice === manage) await commands.executeCommand('workbench.trust.manage');
}

/** Says that there are no texts to learn from as long as no folder is open. */
export async function offerFolder(): Promise<void> {
  const open = l10n.t('Open Folder…');
  const choice = await window.showInformationMessage(
    l10n.t('Fine-tuning learns from the texts of a folder. Open the folder that your manuscripts are in.'),
    open,
  );
  if (choice === open) await commands.executeCommand('vscode.openFolder');
}

/** Whether a workspace can choose its model, as it is there and trusted; says what to do where it cannot. */
export async function mayChooseModel(): Promise<boolean> {
  if (!workspace.isTrusted) await refuseUntrusted();
  else if (workspace.workspaceFolders === undefined) await offerFolder();
  else return true;
  return false;
}
