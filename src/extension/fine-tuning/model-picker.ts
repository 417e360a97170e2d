import { l10n, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import { type BaseModel, BaseNode, isUsable, type MadeModel, MadeNode, type ModelNode } from './made-model';
import { factsOf, summaryOf } from './model-words';

interface ModelItem extends QuickPickItem {
  /** Missing in the lines between models. */
  readonly node?: ModelNode;
}

/** Lets the user choose among base models and what was made of them. */
export async function pickModel(list: readonly BaseModel[]): Promise<ModelNode | undefined> {
  const items = list.flatMap((base) => [
    { label: base.model.name, kind: QuickPickItemKind.Separator },
    ...(base.lost ? [] : [baseItem(base)]),
    ...base.made.map(madeItem),
  ]);
  const options = {
    title: l10n.t('Tsuzuki: Fine-Tuned Models'),
    placeHolder: l10n.t('Choose the model for this workspace'),
    matchOnDetail: true,
  };
  return (await window.showQuickPick<ModelItem>(items, options))?.node;
}

/** Lets the user choose what was made, for `title`; undefined too where there is nothing to choose. */
export async function pickMadeModel(list: readonly BaseModel[], title: string): Promise<MadeModel | undefined> {
  const items = list.flatMap(({ made }) => made.map((one) => ({ ...madeItem(one), made: one })));
  if (items.length === 0) {
    void window.showInformationMessage(l10n.t('There is no fine-tuned model yet.'));
    return undefined;
  }
  return (await window.showQuickPick(items, { title, matchOnDetail: true }))?.made;
}

function baseItem(base: BaseModel): ModelItem {
  return {
    label: `${base.inUse ? '$(check) ' : ''}${l10n.t('The model as it is')}`,
    description: base.inUse ? l10n.t('in use') : '',
    detail: base.model.folder,
    node: new BaseNode(base),
  };
}

function madeItem(made: MadeModel): ModelItem {
  const mark = isUsable(made) ? (made.inUse ? '$(check) ' : '') : '$(warning) ';
  return {
    label: `${mark}${made.run.record.name}`,
    description: summaryOf(made),
    detail: factsOf(made)
      .slice(0, 2)
      .map(([, value]) => value)
      .join(' · '),
    node: new MadeNode(made),
  };
}
