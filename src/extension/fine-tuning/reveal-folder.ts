import { commands, env, l10n, UIKind, Uri, window } from 'vscode';

/** A window in a browser, or on another machine, has no folders to show: its path will do there. */
export async function revealFolder(folder: string): Promise<void> {
  if (env.uiKind === UIKind.Desktop && env.remoteName === undefined) {
    await commands.executeCommand('revealFileInOS', Uri.file(folder));
    return;
  }
  const copy = l10n.t('Copy Path');
  if ((await window.showInformationMessage(folder, copy)) === copy) await env.clipboard.writeText(folder);
}
