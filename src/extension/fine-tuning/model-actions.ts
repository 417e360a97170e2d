import { env, l10n, window } from 'vscode';
import { chosenAdapter, useNoAdapter } from './adapter';
import { exportMade } from './export-made';
import { BaseNode, baseFolder, isUsable, type MadeModel, MadeNode, type ModelNode } from './made-model';
import type { MadeModels } from './made-models';
import { chooseModel } from './model-choice';
import { pickMadeModel, pickModel } from './model-picker';
import { problemOf } from './model-words';
import type { ModelsView } from './models-view';
import { mayChooseModel } from './refusals';
import { revealFolder } from './reveal-folder';
import type { RunStore } from './run-store';
import type { RunTrash } from './run-trash';
import type { Trainers } from './trainers';

/** What a key in the view gives to a command: it means the line that is selected. */
const SELECTED = 'selected';

export interface ModelActionParts {
  readonly models: MadeModels;
  readonly view: ModelsView;
  readonly store: RunStore;
  readonly trash: RunTrash;
  readonly trainers: Trainers;
  readonly extensionPath: string;
}

/** What can be done with models: from the view's menus, by its keys, and from the command palette. */
export class ModelActions {
  constructor(private readonly parts: ModelActionParts) {}

  /** Lists all models; the one that is chosen is used. */
  async choose(): Promise<void> {
    await this.#lookUp();
    const node = await pickModel(this.parts.models.list);
    if (node !== undefined) await this.use(node);
  }

  /** Has this workspace use a model. */
  async use(argument: unknown): Promise<void> {
    const node = nodeOf(argument) ?? (await pickModel(this.parts.models.list));
    if (node === undefined || !(await mayChooseModel())) return;
    const { extensionPath } = this.parts;
    if (node instanceof BaseNode) {
      await chooseModel(node.base.model.folder, undefined, extensionPath);
      return;
    }
    const made = await this.#withBase(node.made);
    if (made !== undefined) {
      await chooseModel(baseFolder(made.run, made.base), made.run.folders.adapter, extensionPath);
    }
  }

  /** Has this workspace use its base model as it is. */
  async goBack(): Promise<void> {
    if (await mayChooseModel()) await useNoAdapter();
  }

  async rename(argument: unknown): Promise<void> {
    const made = await this.#madeFor(argument, l10n.t('Rename a Fine-Tuned Model'));
    if (made === undefined) return;
    const value = made.run.record.name;
    const name = (await window.showInputBox({ title: l10n.t('Name of the fine-tuned model'), value }))?.trim();
    // It may have been changed meanwhile, in another window.
    const run = await this.parts.store.read(made.run.id);
    if (name === undefined || name === '' || run === undefined) return;
    await this.parts.store.write({ ...run, record: { ...run.record, name } });
    await this.parts.models.reload();
  }

  /** Deletes at once, and offers to undo that. */
  async remove(argument: unknown): Promise<void> {
    const made = await this.#madeFor(argument, l10n.t('Delete a Fine-Tuned Model'));
    if (made === undefined) return;
    const { models, trash } = this.parts;
    const { run } = made;
    const { adapter } = run.folders;
    const used = chosenAdapter() === adapter;
    if (used) await useNoAdapter();
    await trash.add(run, new Date());
    await models.reload();
    const undo = l10n.t('Undo');
    const message = used
      ? l10n.t('“{0}” was deleted. This workspace uses the base model again.', run.record.name)
      : l10n.t('“{0}” was deleted.', run.record.name);
    if ((await window.showInformationMessage(message, undo)) !== undo) return;
    const back = await trash.putBack(run.id);
    if (back !== undefined && used) await chooseModel(baseFolder(run, made.base), adapter, this.parts.extensionPath);
    await models.reload();
  }

  /** Puts back what was deleted some days ago. */
  async restore(): Promise<void> {
    const { models, trash } = this.parts;
    const items = (await trash.list()).map(({ run, at }) => ({
      label: run.record.name,
      description: l10n.t('deleted {0}', at.toLocaleString(env.language, { dateStyle: 'medium', timeStyle: 'short' })),
      id: run.id.replace(/@\d+$/, ''),
    }));
    if (items.length === 0) {
      void window.showInformationMessage(l10n.t('No fine-tuned model was deleted in the last days.'));
      return;
    }
    const item = await window.showQuickPick(items, { title: l10n.t('Restore a Deleted Model') });
    if (item === undefined) return;
    await trash.putBack(item.id);
    await models.reload();
  }

  async exportAs(form: 'adapter' | 'merged', argument: unknown): Promise<void> {
    const title = form === 'adapter' ? l10n.t('Export the Adapter') : l10n.t('Export the Whole Model');
    const chosen = await this.#madeFor(argument, title);
    const made = chosen && (await this.#withBase(chosen));
    if (made === undefined) return;
    const { name, hyperparameters } = made.run.record;
    if (form === 'adapter' && hyperparameters.method === 'full') {
      void window.showInformationMessage(
        l10n.t('All weights of “{0}” were trained, so that it has no adapter. Export the whole model.', name),
      );
      return;
    }
    await exportMade(form, made, title, this.parts.trainers);
  }

  async reveal(argument: unknown): Promise<void> {
    const made = await this.#madeFor(argument, l10n.t('Show a Fine-Tuned Model in Its Folder'));
    if (made !== undefined) await revealFolder(made.run.folders.adapter);
  }

  /** The result that a command is about, with its base model found; undefined when there is none or no base. */
  async usable(argument: unknown, title: string): Promise<MadeModel | undefined> {
    const made = await this.#madeFor(argument, title);
    return made && this.#withBase(made);
  }

  async #madeFor(argument: unknown, title: string): Promise<MadeModel | undefined> {
    if (argument === SELECTED) return this.parts.view.selected;
    if (argument instanceof MadeNode) return argument.made;
    await this.#lookUp();
    return pickMadeModel(this.parts.models.list, title);
  }

  /** Looks for the base model, which may have come or gone; says what is wrong when there is none. */
  async #withBase(made: MadeModel): Promise<MadeModel | undefined> {
    const [base = made.base] = await this.parts.models.findBases([made.run]);
    const now = { ...made, base };
    if (isUsable(now)) return now;
    void window.showWarningMessage(`“${made.run.record.name}”: ${problemOf(now) ?? ''}`);
    return undefined;
  }

  /** What cannot be looked up is listed as it was last known. */
  async #lookUp(): Promise<void> {
    await this.parts.models.lookUp().catch(() => undefined);
  }
}

function nodeOf(argument: unknown): ModelNode | undefined {
  return argument instanceof BaseNode || argument instanceof MadeNode ? argument : undefined;
}
