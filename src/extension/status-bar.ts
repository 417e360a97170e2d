import { commands, Disposable, l10n, StatusBarAlignment, ThemeColor, window, workspace } from 'vscode';
import { SETTINGS_SECTION } from '../protocol/settings';
import { activeServedDocument } from './documents';
import type { Pauses } from './pauses/pauses';
import { readSettings } from './settings';
import type { Sidecar } from './sidecar';
import { viewStatus } from './status-view';

/** The one status bar item. It is there whenever the document being edited is one that is served. */
export class StatusBar implements Disposable {
  readonly #item = window.createStatusBarItem('tsuzuki.status', StatusBarAlignment.Right, 100);
  readonly #subscriptions: Disposable;

  constructor(
    private readonly sidecar: Sidecar,
    private readonly pauses: Pauses,
  ) {
    this.#item.name = l10n.t('Tsuzuki: State and Sampling');
    this.#item.command = 'tsuzuki.openSamplingMenu';
    const update = (): void => this.#update();
    this.#subscriptions = Disposable.from(
      this.#item,
      sidecar.onDidChangeStatus(update),
      pauses.onDidChange(update),
      window.onDidChangeActiveTextEditor(update),
      // A document whose language changes is closed and opened.
      workspace.onDidOpenTextDocument(update),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTINGS_SECTION)) update();
      }),
    );
    update();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #update(): void {
    const document = activeServedDocument();
    void commands.executeCommand('setContext', 'tsuzuki.served', document !== undefined);
    if (document === undefined) {
      this.#item.hide();
      return;
    }
    const { text, tooltip, severity } = viewStatus(
      this.sidecar.status,
      readSettings(document),
      this.pauses.of(document),
    );
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label: `Tsuzuki: ${tooltip}` };
    this.#item.backgroundColor =
      severity === 'normal' ? undefined : new ThemeColor(`statusBarItem.${severity}Background`);
    this.#item.show();
  }
}
