import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  commands,
  type Disposable,
  type ExtensionContext,
  type LogOutputChannel,
  l10n,
  type QuickInputButton,
  type QuickPickItem,
  QuickPickItemKind,
  ThemeIcon,
  Uri,
  window,
} from 'vscode';
import { HUB_MODEL } from '../../protocol/download';
import { chosenModel } from '../model-folder';
import { builtInModelFolder } from '../model-path';
import { readDtype } from '../settings';
import type { Sidecar } from '../sidecar';
import { AccessToken } from './access-token';
import { pickModelFolder } from './choose-folder';
import { cacheUse, emptyCache, folderBytes } from './disk-use';
import { Downloads } from './download';
import { type MenuEntry, type MenuState, type ModelChoice, type ModelCommand, menuEntries } from './menu-entries';
import { type LibraryModel, ModelLibrary } from './model-library';
import { size } from './model-words';
import { SpeedRecord } from './speed-record';
import { useModel } from './use-model';

interface ModelItem extends QuickPickItem {
  readonly choice?: ModelChoice;
}

/** What a click in the menu asks for. */
type Click =
  | { readonly kind: 'choose'; readonly choice: ModelChoice }
  | { readonly kind: 'show' | 'delete'; readonly model: LibraryModel };

/** The menu of models: which one writes, which are here, which could be. */
export class ModelMenu implements Disposable {
  readonly #library: ModelLibrary;
  readonly #cacheFolder: string;
  readonly #speeds: SpeedRecord;
  readonly #downloads: Downloads;
  readonly #token: AccessToken;
  readonly #subscription: Disposable;

  constructor(
    private readonly context: ExtensionContext,
    sidecar: Sidecar,
    log: LogOutputChannel,
  ) {
    const storage = context.globalStorageUri.fsPath;
    this.#library = new ModelLibrary(join(storage, 'models'));
    this.#cacheFolder = join(storage, 'cache');
    this.#speeds = new SpeedRecord(context.globalState);
    this.#token = new AccessToken(context.secrets);
    this.#downloads = new Downloads(context, this.#token, log);
    this.#subscription = sidecar.onDidChangeStatus((status) => {
      if (status.state === 'ready' && status.answer !== undefined) {
        this.#speeds.note(status.model.folder, readDtype(), status.answer);
      }
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** Shows the menu, and does what the user chooses. Opens no connection by itself. */
  async open(): Promise<void> {
    const click = await pick(menuEntries(await this.#state()), this.#downloads.host);
    switch (click?.kind) {
      case undefined:
        return;
      case 'choose':
        return this.#choose(click.choice);
      case 'show':
        await showInFolder(click.model.folder);
        return;
      case 'delete':
        await this.#delete(click.model);
        return this.open();
    }
  }

  /** Has the hub's model on this machine, downloads it if it is not, and uses it. */
  async useHubModel(typed: string): Promise<void> {
    const folder = this.#library.folderOf(typed);
    const here = (await this.#library.list()).some((model) => model.complete && model.folder === folder);
    if (here || (await this.#downloads.fetch(typed, folder)) === 'complete') await useModel(folder);
  }

  forgetToken(): Promise<void> {
    return this.#token.forget();
  }

  /** Throws away what can be made again, and starts the sidecar anew, which makes what it needs. */
  async resetCache(): Promise<void> {
    const { bytes } = await cacheUse(this.#cacheFolder);
    const reset = l10n.t('Reset');
    const choice = await window.showWarningMessage(
      l10n.t('Reset the cache?'),
      {
        modal: true,
        detail: l10n.t(
          'This frees {0}. Models stay; the larger ones are converted again when they are next loaded, which takes up to a minute.',
          size(bytes),
        ),
      },
      reset,
    );
    if (choice !== reset) return;
    await emptyCache(this.#cacheFolder);
    await commands.executeCommand('tsuzuki.restartSidecar');
  }

  async #state(): Promise<MenuState> {
    const { folder } = builtInModelFolder(this.context.extensionPath);
    const dtype = readDtype();
    const [weights, diskBytes, library, cache, token] = await Promise.all([
      stat(join(folder, 'model.safetensors')),
      folderBytes(folder),
      this.#library.list(),
      cacheUse(this.#cacheFolder),
      this.#token.read(),
    ]);
    return {
      chosen: chosenModel()?.folder,
      // Its weights are 32-bit floats, and all there is in the file but for a short header.
      embedded: { folder, diskBytes, parameters: weights.size / 4 },
      library,
      cache,
      dtype,
      speed: (of) => this.#speeds.of(of, dtype),
      host: this.#downloads.host,
      hasToken: token !== undefined,
    };
  }

  async #choose(choice: ModelChoice): Promise<void> {
    switch (choice.kind) {
      case 'embedded':
        return useModel(undefined);
      case 'here':
        return useModel(choice.model.folder);
      case 'present-folder':
        return useModel(choice.folder);
      case 'hub':
        return this.useHubModel(choice.id);
      case 'command':
        return this.#run(choice.command);
    }
  }

  async #run(command: ModelCommand): Promise<void> {
    switch (command) {
      case 'type-id': {
        const typed = await askForId(this.#downloads.host);
        return typed === undefined ? undefined : this.useHubModel(typed);
      }
      case 'folder': {
        const folder = await pickModelFolder(chosenModel()?.folder);
        return folder === undefined ? undefined : useModel(folder);
      }
      case 'fine-tuned':
        await commands.executeCommand('tsuzuki.chooseFineTunedModel');
        return;
      case 'reset-cache':
        return this.resetCache();
      case 'forget-token':
        return this.forgetToken();
    }
  }

  async #delete(model: LibraryModel): Promise<void> {
    const inUse = chosenModel()?.folder === model.folder;
    const confirm = inUse ? l10n.t('Delete and Use the Embedded Model') : l10n.t('Delete');
    const choice = await window.showWarningMessage(
      l10n.t('Delete “{0}”?', model.id),
      {
        modal: true,
        detail: inUse
          ? l10n.t('It is in use. {0} are freed; to have it again it must be downloaded again.', size(model.diskBytes))
          : l10n.t('{0} are freed; to have it again it must be downloaded again.', size(model.diskBytes)),
      },
      confirm,
    );
    if (choice !== confirm) return;
    if (inUse) await useModel(undefined);
    try {
      await this.#library.remove(model);
      this.#speeds.forget(model.folder);
    } catch {
      void window.showErrorMessage(
        l10n.t('{0} could not be deleted: another window is using it. Close that window, then try again.', model.id),
      );
    }
  }
}

function pick(entries: readonly MenuEntry[], host: string): Promise<Click | undefined> {
  const show: QuickInputButton = { iconPath: new ThemeIcon('folder-opened'), tooltip: l10n.t('Show in Folder') };
  const remove: QuickInputButton = { iconPath: new ThemeIcon('trash'), tooltip: l10n.t('Delete…') };
  const picker = window.createQuickPick<ModelItem>();
  picker.title = l10n.t('Tsuzuki: Models');
  picker.placeholder = l10n.t('Models of {0} are looked up when chosen, downloaded when you agree', host);
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.items = entries.map((entry): ModelItem => {
    if ('separator' in entry) return { label: entry.separator, kind: QuickPickItemKind.Separator };
    return entry.choice.kind === 'here' ? { ...entry, buttons: [show, remove] } : entry;
  });
  picker.activeItems = picker.items.filter(({ label }) => label.startsWith('$(check)'));
  return new Promise<Click | undefined>((resolve) => {
    picker.onDidAccept(() => {
      const choice = picker.selectedItems[0]?.choice;
      resolve(choice && { kind: 'choose', choice });
    });
    picker.onDidTriggerItemButton(({ item: { choice }, button }) => {
      if (choice?.kind === 'here') resolve({ kind: button === show ? 'show' : 'delete', model: choice.model });
    });
    picker.onDidHide(() => resolve(undefined));
    picker.show();
  }).finally(() => picker.dispose());
}

async function askForId(host: string): Promise<string | undefined> {
  const typed = await window.showInputBox({
    title: l10n.t('Id of a Model at {0}', host),
    prompt: l10n.t('owner/name, or owner/name@revision. It must be a GPT-2. Enter looks it up over the network.'),
    placeHolder: 'rinna/japanese-gpt2-medium',
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === '' || HUB_MODEL.test(text.trim())
        ? undefined
        : l10n.t('An id is written owner/name, for example rinna/japanese-gpt2-medium.'),
  });
  const id = typed?.trim() ?? '';
  return HUB_MODEL.test(id) ? id : undefined;
}

async function showInFolder(folder: string): Promise<void> {
  try {
    await commands.executeCommand('revealFileInOS', Uri.file(folder));
  } catch {
    // In a browser there is no file manager.
    void window.showInformationMessage(folder);
  }
}
