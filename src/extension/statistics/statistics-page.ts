import { type Disposable, type LogOutputChannel, l10n, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { drawing, pageOf } from '../web-page/page';
import { onPageMessage } from '../web-page/page-messages';
import type { Statistics } from './statistics';
import { statisticsView } from './views/statistics-view';

/** Whoever writes beside the page sees it change, not with every keystroke. */
const REDRAW_AFTER_MS = 1000;

/** The page with the writer's own numbers. */
export class StatisticsPage implements Disposable {
  #panel: WebviewPanel | undefined;
  #redraw: NodeJS.Timeout | undefined;
  readonly #subscription: Disposable;

  constructor(
    private readonly extensionUri: Uri,
    private readonly statistics: Statistics,
    private readonly log: LogOutputChannel,
  ) {
    this.#subscription = statistics.onDidChange(() => {
      if (this.#panel?.visible === true) this.#redraw ??= setTimeout(() => void this.#draw(), REDRAW_AFTER_MS);
    });
  }

  open(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    const media = Uri.joinPath(this.extensionUri, 'media');
    const title = l10n.t('My Numbers');
    const panel = window.createWebviewPanel('tsuzuki.statistics', title, ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [media],
    });
    this.#panel = panel;
    onPageMessage(
      panel.webview,
      this.log,
      (message) => this.#receive(message),
      (reason) =>
        l10n.t(
          'The numbers could not be deleted: {0}. Close any program that has the file open, then try again.',
          reason,
        ),
    );
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    panel.webview.html = pageOf(panel.webview, media, { title, styles: ['statistics.css'] });
  }

  dispose(): void {
    clearTimeout(this.#redraw);
    this.#panel?.dispose();
    this.#subscription.dispose();
  }

  async #receive(message: unknown): Promise<void> {
    if (typeof message !== 'object' || message === null || !('action' in message)) return;
    if (message.action === 'ready') await this.#draw();
    if (message.action === 'delete') await this.#delete();
  }

  async #delete(): Promise<void> {
    const remove = l10n.t('Delete');
    const detail = l10n.t('This cannot be undone. Your texts and models are not touched.');
    const question = l10n.t('Delete all numbers that were counted?');
    if ((await window.showWarningMessage(question, { modal: true, detail }, remove)) !== remove) return;
    try {
      await this.statistics.remove();
    } finally {
      await this.#draw();
    }
  }

  async #draw(): Promise<void> {
    clearTimeout(this.#redraw);
    this.#redraw = undefined;
    const sections = drawing(statisticsView(await this.statistics.read(), new Date()));
    void this.#panel?.webview.postMessage({ sections });
  }
}
