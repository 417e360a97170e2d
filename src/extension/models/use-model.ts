import { commands, l10n, window, workspace } from 'vscode';
import { chosenAdapter, useNoAdapter } from '../fine-tuning/adapter';
import { chosenModel, writeModelPath } from '../model-folder';

/**
 * Has the settings name a model, which starts the sidecar anew.
 *
 * @param folder The Hugging Face folder; undefined for the embedded model.
 */
export async function useModel(folder: string | undefined): Promise<void> {
  if (chosenModel()?.folder === folder) {
    // The settings say nothing new; but the folder may have come back.
    await commands.executeCommand('tsuzuki.restartSidecar');
    return;
  }
  // An adapter fits the model that it was trained on, and no other.
  if (chosenAdapter() !== undefined && workspace.workspaceFolders !== undefined) {
    await useNoAdapter();
    void window.showInformationMessage(
      l10n.t('The fine-tuned model of this workspace belongs to another base model, and is not used any more.'),
    );
  }
  await writeModelPath(folder);
}
