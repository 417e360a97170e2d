import {
  type Disposable,
  EventEmitter,
  l10n,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  window,
} from 'vscode';
import { type BaseModel, BaseNode, isUsable, type MadeModel, MadeNode, type ModelNode } from './made-model';
import type { MadeModels } from './made-models';
import { factsOf, problemOf, summaryOf } from './model-words';

/** The view “Tsuzuki: Models” below the files: base models, and under them what was made of them. */
export class ModelsView implements TreeDataProvider<ModelNode>, Disposable {
  readonly #changed = new EventEmitter<undefined>();
  readonly #view: TreeView<ModelNode>;
  readonly #subscription: Disposable;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(private readonly models: MadeModels) {
    this.#view = window.createTreeView('tsuzuki.models', { treeDataProvider: this });
    this.#view.onDidChangeVisibility(({ visible }) => {
      // What cannot be looked up now is shown as it was last known.
      if (visible) void models.lookUp().catch(() => undefined);
    });
    this.#subscription = models.onDidChange(() => this.#changed.fire(undefined));
    void models.reload();
  }

  /** The result whose line is selected. */
  get selected(): MadeModel | undefined {
    const [node] = this.#view.selection;
    return node instanceof MadeNode ? node.made : undefined;
  }

  getChildren(node?: ModelNode): ModelNode[] {
    if (node === undefined) return this.models.list.map((base) => new BaseNode(base));
    return node instanceof BaseNode ? node.base.made.map((made) => new MadeNode(made)) : [];
  }

  getTreeItem(node: ModelNode): TreeItem {
    return node instanceof BaseNode ? baseItem(node.base) : madeItem(node.made);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }
}

const IN_USE = new ThemeIcon('check');

function baseItem({ model, builtIn, inUse, lost, made }: BaseModel): TreeItem {
  const open = made.length === 0 ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Expanded;
  const item = new TreeItem(model.name, open);
  item.id = model.folder;
  item.contextValue = lost ? 'base.lost' : inUse ? 'base.inUse' : 'base';
  item.iconPath = inUse ? IN_USE : new ThemeIcon('package');
  const notes = [...(inUse ? [l10n.t('in use')] : []), ...(builtIn ? [l10n.t('comes with Tsuzuki')] : [])];
  item.description = notes.join(' · ');
  item.tooltip = model.folder;
  return item;
}

function madeItem(made: MadeModel): TreeItem {
  const item = new TreeItem(made.run.record.name);
  item.id = made.run.id;
  const whole = made.run.record.hyperparameters.method === 'full';
  item.contextValue = `made${whole ? '.whole' : ''}${isUsable(made) ? '' : '.unusable'}${made.inUse ? '.inUse' : ''}`;
  item.iconPath = iconOf(made);
  item.description = summaryOf(made);
  item.tooltip = tooltipOf(made);
  return item;
}

function iconOf(made: MadeModel): ThemeIcon {
  if (!isUsable(made)) return new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
  return made.inUse ? IN_USE : new ThemeIcon('mortar-board');
}

function tooltipOf(made: MadeModel): MarkdownString {
  const text = new MarkdownString();
  text.appendMarkdown('**').appendText(made.run.record.name).appendMarkdown('**\n\n');
  const problem = problemOf(made);
  if (problem !== undefined) text.appendText(problem).appendMarkdown('\n\n');
  for (const [name, value] of factsOf(made)) text.appendText(`${name}: ${value}`).appendMarkdown('  \n');
  return text;
}
