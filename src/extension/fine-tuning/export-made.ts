import { homedir } from 'node:os';
import { join } from 'node:path';
import { l10n, ProgressLocation, Uri, window, workspace } from 'vscode';
import { baseFolder, type MadeModel } from './made-model';
import { revealFolder } from './reveal-folder';
import type { Trainers } from './trainers';
import { messageOf } from './training-run';

/**
 * Asks for a folder and writes a result into it, in a process of its own: the adapter as PEFT has it, or base and adapter
 * in one as Hugging Face has models. Cancelled or failed, it leaves nothing.
 *
 * @param made Its base model is known to be there.
 */
export async function exportMade(
  form: 'adapter' | 'merged',
  { run, base }: MadeModel,
  title: string,
  trainers: Trainers,
): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
  const name = `${run.record.name.replaceAll(/[\\/:*?"<>|\s]+/g, '-')}-${form}`;
  const target = await window.showSaveDialog({
    title,
    saveLabel: l10n.t('Export'),
    defaultUri: Uri.file(join(folder === undefined ? homedir() : join(folder, '..'), name)),
  });
  if (target === undefined) return;
  const output = target.fsPath;
  const trainer = trainers.start();
  const params = { form, model: baseFolder(run, base), adapter: run.folders.adapter, output };
  const options = { location: ProgressLocation.Notification, title: l10n.t('Exporting “{0}”', run.record.name) };
  try {
    const cancelled = await window.withProgress({ ...options, cancellable: true }, async (progress, token) => {
      let reported = 0;
      const onProgress = (share: number) => {
        progress.report({ increment: (share - reported) * 100 });
        reported = share;
      };
      await trainer.exportModel(params, onProgress, token).catch((error: unknown) => {
        if (!token.isCancellationRequested) throw error;
      });
      return token.isCancellationRequested;
    });
    if (cancelled) return;
  } catch (error) {
    void window.showErrorMessage(messageOf(error, (reason) => l10n.t('The export failed: {0}', reason)));
    return;
  } finally {
    trainer.dispose();
  }
  const show = l10n.t('Show in Folder');
  const choice = await window.showInformationMessage(l10n.t('“{0}” is now in {1}.', run.record.name, output), show);
  if (choice === show) await revealFolder(output);
}
