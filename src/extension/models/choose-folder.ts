import { l10n, Uri, window } from 'vscode';
import { chosenModel } from '../model-folder';
import { useModel } from './use-model';

/** Lets the user pick a folder, or go back to the model that comes with the extension. */
export async function chooseModelFolder(): Promise<void> {
  const chosen = chosenModel();
  if (chosen !== undefined) {
    const other = l10n.t('Choose another folder…');
    const builtIn = l10n.t('Use the model that comes with Tsuzuki');
    const choice = await window.showQuickPick([other, builtIn], { placeHolder: chosen.folder });
    if (choice === undefined) return;
    if (choice === builtIn) return useModel(undefined);
  }
  const folder = await pickModelFolder(chosen?.folder);
  if (folder !== undefined) await useModel(folder);
}

/** Has the user pick a folder. @param start Where the dialog begins. @returns undefined where they picked none */
export async function pickModelFolder(start: string | undefined): Promise<string | undefined> {
  const folders = await window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    canSelectMany: false,
    title: l10n.t('Folder of a GPT-2 model in the format of Hugging Face'),
    openLabel: l10n.t('Use This Model'),
    ...(start === undefined ? {} : { defaultUri: Uri.file(start) }),
  });
  return folders?.[0]?.fsPath;
}
