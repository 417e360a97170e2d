import { homedir } from 'node:os';
import { workspace } from 'vscode';
import { SETTINGS_SECTION } from '../protocol/settings';
import type { ModelIdentity } from '../protocol/status';
import { builtInModelFolder, resolveModelFolder } from './model-path';
import { placeInWorkspace, placeToWrite } from './setting-place';
import { textIn } from './setting-value';
import { writeSetting } from './settings';

const MODEL_PATH = 'model.path';

/** The model the user chose, or `undefined` for the one that comes with the extension. */
export function chosenModel(): ModelIdentity | undefined {
  return modelAt(workspace.getConfiguration(SETTINGS_SECTION).get(MODEL_PATH));
}

/** The model the settings ask for. */
export function modelInSettings(extensionPath: string): ModelIdentity {
  return chosenModel() ?? builtInModelFolder(extensionPath);
}

/**
 * Has the settings ask for a model. Those of the workspace say nothing of it where the user's own ask for it anyway, and
 * an empty path where these ask for another one than the embedded model.
 *
 * @param folder The Hugging Face folder; undefined for the embedded model.
 * @param workspaceOnly Whether the user's own settings stay as they are.
 */
export async function writeModelPath(folder: string | undefined, workspaceOnly = false): Promise<void> {
  const defined = workspace.getConfiguration(SETTINGS_SECTION).inspect(MODEL_PATH);
  const { level } = (workspaceOnly ? placeInWorkspace : placeToWrite)(defined ?? {});
  const usual = level === 'global' ? undefined : modelAt(defined?.globalValue)?.folder;
  await writeSetting(MODEL_PATH, folder === usual ? undefined : (folder ?? ''), undefined, workspaceOnly);
}

function modelAt(value: unknown): ModelIdentity | undefined {
  const path = textIn(value);
  return path === '' ? undefined : resolveModelFolder(path, homedir(), workspace.workspaceFolders?.[0]?.uri.fsPath);
}
