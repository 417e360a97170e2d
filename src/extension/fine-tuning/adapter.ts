import { homedir } from 'node:os';
import { ConfigurationTarget, workspace } from 'vscode';
import { SETTINGS_SECTION } from '../../protocol/settings';
import { resolveModelFolder } from '../model-path';
import { textIn } from '../setting-value';

const ADAPTER = 'model.adapter';

/** What the settings ask for that fine-tuning has made: a PEFT folder, or that of a whole model; undefined for none. */
export function chosenAdapter(): string | undefined {
  const path = textIn(workspace.getConfiguration(SETTINGS_SECTION).get(ADAPTER));
  if (path === '') return undefined;
  return resolveModelFolder(path, homedir(), workspace.workspaceFolders?.[0]?.uri.fsPath).folder;
}

/** What the settings of this workspace say; undefined where they leave it to the user's own. */
export function adapterOfWorkspace(): string | undefined {
  return workspace.getConfiguration(SETTINGS_SECTION).inspect<string>(ADAPTER)?.workspaceValue;
}

/** Has this workspace use the model as it is, whatever the user's own settings say. */
export async function useNoAdapter(): Promise<void> {
  const everywhere = workspace.getConfiguration(SETTINGS_SECTION).inspect<string>(ADAPTER)?.globalValue ?? '';
  await writeAdapterOfWorkspace(everywhere === '' ? undefined : '');
}

/** Has the settings of this workspace name an adapter; an empty text means none, undefined leaves it to the user's own. */
export async function writeAdapterOfWorkspace(folder: string | undefined): Promise<void> {
  await workspace.getConfiguration(SETTINGS_SECTION).update(ADAPTER, folder, ConfigurationTarget.Workspace);
}
