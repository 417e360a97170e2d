import { homedir } from 'node:os';
import { ConfigurationTarget, workspace } from 'vscode';
import { SETTINGS_SECTION } from '../../protocol/settings';
import { resolveModelFolder } from '../model-path';

const ADAPTER = 'model.adapter';

/** The adapter that the settings ask for, a PEFT folder; undefined for none. */
export function chosenAdapter(): string | undefined {
  const path = workspace.getConfiguration(SETTINGS_SECTION).get(ADAPTER, '').trim();
  if (path === '') return undefined;
  return resolveModelFolder(path, homedir(), workspace.workspaceFolders?.[0]?.uri.fsPath).folder;
}

/** Has this workspace use an adapter. @returns What its settings said before, for {@link restoreAdapter}. */
export async function applyAdapter(folder: string): Promise<string | undefined> {
  const configuration = workspace.getConfiguration(SETTINGS_SECTION);
  const before = configuration.inspect<string>(ADAPTER)?.workspaceValue;
  await configuration.update(ADAPTER, folder, ConfigurationTarget.Workspace);
  return before;
}

/** Has this workspace use the model as it is, whatever the user's own settings say. */
export async function useNoAdapter(): Promise<void> {
  const everywhere = workspace.getConfiguration(SETTINGS_SECTION).inspect<string>(ADAPTER)?.globalValue ?? '';
  await restoreAdapter(everywhere === '' ? undefined : '');
}

/** Puts back what the settings of this workspace said; undefined for nothing. */
export async function restoreAdapter(before: string | undefined): Promise<void> {
  await workspace.getConfiguration(SETTINGS_SECTION).update(ADAPTER, before, ConfigurationTarget.Workspace);
}
