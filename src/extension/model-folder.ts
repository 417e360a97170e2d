import { homedir } from 'node:os';
import { l10n, Uri, window, workspace } from 'vscode';
import { SETTINGS_SECTION } from '../protocol/settings';
import type { ModelIdentity } from '../protocol/status';
import { builtInModelFolder, resolveModelFolder } from './model-path';
import { writeSetting } from './settings';

const MODEL_PATH = 'model.path';

/** The model the user chose, or `undefined` for the one that comes with the extension. */
export function chosenModel(): ModelIdentity | undefined {
  const path = workspace.getConfiguration(SETTINGS_SECTION).get(MODEL_PATH, '').trim();
  return path === '' ? undefined : resolveModelFolder(path, homedir(), workspace.workspaceFolders?.[0]?.uri.fsPath);
}

/** The model the settings ask for. */
export function modelInSettings(extensionPath: string): ModelIdentity {
  return chosenModel() ?? builtInModelFolder(extensionPath);
}

/** Lets the user pick a folder, or go back to the model that comes with the extension. */
export async function chooseModelFolder(): Promise<void> {
  const chosen = chosenModel();
  if (chosen !== undefined) {
    const other = l10n.t('Choose another folder…');
    const builtIn = l10n.t('Use the model that comes with Tsuzuki');
    const choice = await window.showQuickPick([other, builtIn], { placeHolder: chosen.folder });
    if (choice === undefined) return;
    if (choice === builtIn) {
      await writeSetting(MODEL_PATH, undefined);
      return;
    }
  }
  const folder = await pickModelFolder(chosen?.folder);
  if (folder !== undefined) await writeSetting(MODEL_PATH, folder);
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
