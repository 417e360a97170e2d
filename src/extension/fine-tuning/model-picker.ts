import { basename } from 'node:path';
import { env, l10n, type QuickInputButton, type QuickPickItem, QuickPickItemKind, ThemeIcon, window } from 'vscode';
import { applyAdapter, chosenAdapter, useNoAdapter } from './adapter';
import { verdictOn } from './progress';
import type { RunStore, StoredRun } from './run-store';
import { shortVerdict } from './views/verdict-text';
import { number, presetName } from './views/words';

interface ModelItem extends QuickPickItem {
  /** Missing for the model as it is. */
  readonly run?: StoredRun;
}

/** Shows the models that one has made, to use, rename or delete them; the choice holds for this workspace. */
export async function pickFineTunedModel(store: RunStore): Promise<void> {
  const rename: QuickInputButton = { iconPath: new ThemeIcon('edit'), tooltip: l10n.t('Rename…') };
  const remove: QuickInputButton = { iconPath: new ThemeIcon('trash'), tooltip: l10n.t('Delete…') };
  const picker = window.createQuickPick<ModelItem>();
  picker.title = l10n.t('Tsuzuki: Fine-Tuned Models');
  picker.placeholder = l10n.t('Choose the model for this workspace');
  picker.matchOnDetail = true;
  picker.items = itemsFor(await finishedRuns(store), [rename, remove]);
  picker.activeItems = picker.items.filter(({ picked }) => picked === true);
  const choice = await new Promise<(() => Promise<void>) | undefined>((resolve) => {
    picker.onDidAccept(() => {
      const [item] = picker.selectedItems;
      resolve(item === undefined ? undefined : () => use(item.run));
    });
    picker.onDidTriggerItemButton(({ item: { run }, button }) => {
      if (run !== undefined) resolve(() => (button === rename ? renameRun(store, run) : removeRun(store, run)));
    });
    picker.onDidHide(() => resolve(undefined));
    picker.show();
  });
  picker.dispose();
  await choice?.();
}

async function finishedRuns(store: RunStore): Promise<readonly StoredRun[]> {
  return (await store.list()).filter(({ record }) => record.state.kind === 'finished');
}

function itemsFor(runs: readonly StoredRun[], buttons: readonly QuickInputButton[]): ModelItem[] {
  const adapter = chosenAdapter();
  const none = { label: l10n.t('The model as it is'), picked: adapter === undefined };
  const made = runs.map((run) => ({ ...described(run), picked: run.folders.adapter === adapter, buttons, run }));
  const separator = { label: l10n.t('Fine-tuned'), kind: QuickPickItemKind.Separator };
  return [none, separator, ...made].map((item) => ('picked' in item && item.picked ? atPresent(item) : item));
}

function atPresent<T extends ModelItem>(item: T): T {
  return { ...item, label: `$(check) ${item.label}` };
}

function described({ record }: StoredRun): ModelItem {
  const { name, state, preset, model, files, training, heldOut } = record;
  if (state.kind !== 'finished') return { label: name };
  const when = new Date(state.at).toLocaleString(env.language, { dateStyle: 'medium', timeStyle: 'short' });
  const result = shortVerdict(verdictOn(state));
  return {
    label: name,
    description: [presetName(preset), when, result].filter((part) => part !== '').join(' · '),
    detail: l10n.t(
      '{0}, {1} files, {2} characters, {3} steps',
      basename(model),
      number(files),
      number(training.characters + heldOut.characters),
      number(state.steps),
    ),
  };
}

async function use(run: StoredRun | undefined): Promise<void> {
  if (run === undefined) await useNoAdapter();
  else await applyAdapter(run.folders.adapter);
}

async function renameRun(store: RunStore, { folders, record }: StoredRun): Promise<void> {
  const name = await window.showInputBox({ title: l10n.t('Name of the fine-tuned model'), value: record.name });
  if (name !== undefined && name.trim() !== '') {
    await store.write({ folders, record: { ...record, name: name.trim() } });
  }
  await pickFineTunedModel(store);
}

async function removeRun(store: RunStore, { folders, record }: StoredRun): Promise<void> {
  const remove = l10n.t('Delete');
  const detail = l10n.t('This cannot be undone. The texts that it learnt from stay.');
  const options = { modal: true, detail };
  const choice = await window.showWarningMessage(l10n.t('Delete “{0}”?', record.name), options, remove);
  if (choice === remove) {
    if (chosenAdapter() === folders.adapter) await useNoAdapter();
    await store.remove(folders);
  }
  await pickFineTunedModel(store);
}
