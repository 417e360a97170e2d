import { ConfigurationTarget, workspace } from 'vscode';
import { SETTINGS_SECTION } from '../../protocol/settings';
import { modelInSettings, writeModelPath } from '../model-folder';
import { builtInModelFolder } from '../model-path';
import { adapterOfWorkspace, useNoAdapter, writeAdapterOfWorkspace } from './adapter';

const MODEL_PATH = 'model.path';

/** What the settings of a workspace say of its model; undefined where they leave it to the user's own. */
export interface ModelChoice {
  readonly path: string | undefined;
  readonly adapter: string | undefined;
}

/**
 * Has this workspace use a base model, with an adapter or as it is.
 *
 * @param model Hugging Face folder; written into the settings only where they ask for another one.
 * @returns What its settings said before, for {@link restoreChoice}.
 */
export async function chooseModel(
  model: string,
  adapter: string | undefined,
  extensionPath: string,
): Promise<ModelChoice> {
  const before = { path: pathOfWorkspace(), adapter: adapterOfWorkspace() };
  if (modelInSettings(extensionPath).folder !== model) {
    await writeModelPath(model === builtInModelFolder(extensionPath).folder ? undefined : model, true);
  }
  if (adapter === undefined) await useNoAdapter();
  else await writeAdapterOfWorkspace(adapter);
  return before;
}

/** Has the settings of this workspace say what they said before. */
export async function restoreChoice({ path, adapter }: ModelChoice): Promise<void> {
  if (pathOfWorkspace() !== path) {
    await workspace.getConfiguration(SETTINGS_SECTION).update(MODEL_PATH, path, ConfigurationTarget.Workspace);
  }
  await writeAdapterOfWorkspace(adapter);
}

function pathOfWorkspace(): string | undefined {
  return workspace.getConfiguration(SETTINGS_SECTION).inspect<string>(MODEL_PATH)?.workspaceValue;
}
