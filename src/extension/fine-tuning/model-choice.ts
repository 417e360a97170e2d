import { homedir } from 'node:os';
import { ConfigurationTarget, workspace } from 'vscode';
import { SETTINGS_SECTION } from '../../protocol/settings';
import { modelInSettings } from '../model-folder';
import { builtInModelFolder, resolveModelFolder } from '../model-path';
import { applyAdapter, useNoAdapter } from './adapter';

const MODEL_PATH = 'model.path';

/**
 * Has this workspace use a base model, with an adapter or as it is.
 *
 * @param model Hugging Face folder; written into the settings only where they ask for another one.
 */
export async function chooseModel(model: string, adapter: string | undefined, extensionPath: string): Promise<void> {
  if (modelInSettings(extensionPath).folder !== model) await writePath(model, extensionPath);
  if (adapter === undefined) await useNoAdapter();
  else await applyAdapter(adapter);
}

async function writePath(model: string, extensionPath: string): Promise<void> {
  const configuration = workspace.getConfiguration(SETTINGS_SECTION);
  const builtIn = builtInModelFolder(extensionPath).folder;
  const everywhere = (configuration.inspect<string>(MODEL_PATH)?.globalValue ?? '').trim();
  const root = workspace.workspaceFolders?.[0]?.uri.fsPath;
  const usual = everywhere === '' ? builtIn : resolveModelFolder(everywhere, homedir(), root).folder;
  const path = model === builtIn ? '' : model;
  await configuration.update(MODEL_PATH, model === usual ? undefined : path, ConfigurationTarget.Workspace);
}
