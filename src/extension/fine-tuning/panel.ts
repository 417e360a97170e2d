import { type Disposable, EventEmitter, l10n, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { drawing, pageOf } from '../web-page/page';
import { PRESET_IDS } from './presets';
import type { PanelAction, PanelState } from './views/panel-state';
import { viewOf } from './views/view';

/** What changes all the time need not be drawn more often than this. */
const REDRAW_MS = 400;

const PLAIN_ACTIONS = [
  'read-again',
  'start',
  'resume',
  'discard',
  'pause',
  'finish',
  'cancel',
  'use',
  'go-back',
  'continue',
] as const;

/** The page of "Fine-tune on workspace": open or not, it knows what it would show. */
export class FineTuningPanel implements Disposable {
  readonly #actions = new EventEmitter<PanelAction>();
  readonly #closed = new EventEmitter<void>();
  #panel: WebviewPanel | undefined;
  #state: PanelState | undefined;
  #redraw: NodeJS.Timeout | undefined;

  /** Fires when a button is pressed or a field is changed. */
  readonly onAction = this.#actions.event;
  readonly onDidClose = this.#closed.event;

  constructor(private readonly extensionUri: Uri) {}

  /** Opens the page, or brings it to the front. */
  reveal(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    const media = Uri.joinPath(this.extensionUri, 'media');
    const panel = window.createWebviewPanel('tsuzuki.fineTuning', l10n.t('Fine-Tuning'), ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [media],
    });
    this.#panel = panel;
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#closed.fire();
    });
    panel.webview.html = pageOf(panel.webview, media, { title: l10n.t('Fine-tune on Workspace') });
  }

  get state(): PanelState | undefined {
    return this.#state;
  }

  get isOpen(): boolean {
    return this.#panel !== undefined;
  }

  get isVisible(): boolean {
    return this.#panel?.visible === true;
  }

  /** Shows another state; several in quick succession are drawn as one. */
  show(state: PanelState): void {
    const goesOn = state.kind === this.#state?.kind && (state.kind === 'reading' || state.kind === 'running');
    this.#state = state;
    if (goesOn) this.#redraw ??= setTimeout(() => this.#draw(), REDRAW_MS);
    else this.#draw();
  }

  dispose(): void {
    clearTimeout(this.#redraw);
    this.#panel?.dispose();
    this.#actions.dispose();
    this.#closed.dispose();
  }

  #draw(): void {
    clearTimeout(this.#redraw);
    this.#redraw = undefined;
    if (this.#state === undefined) return;
    void this.#panel?.webview.postMessage({ sections: drawing(viewOf(this.#state)) });
  }

  #receive(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('action' in message)) return;
    if (message.action === 'ready') {
      this.#draw();
      return;
    }
    const action = actionOf(message);
    if (action !== undefined) this.#actions.fire(action);
  }
}

/** @returns undefined for what no button sends. */
function actionOf(message: { readonly action: unknown; value?: unknown; checked?: unknown }): PanelAction | undefined {
  const { action, value, checked } = message;
  if (action === 'choose') {
    return typeof value === 'string' && typeof checked === 'boolean' ? { action, value, checked } : undefined;
  }
  if (action === 'preset') {
    const preset = PRESET_IDS.find((id) => id === value);
    return preset === undefined ? undefined : { action, value: preset };
  }
  if (action === 'compare') {
    return typeof value === 'string' && value.trim() !== '' ? { action, value } : undefined;
  }
  const plain = PLAIN_ACTIONS.find((name) => name === action);
  return plain === undefined ? undefined : { action: plain };
}
