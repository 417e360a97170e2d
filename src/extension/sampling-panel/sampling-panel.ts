import {
  Disposable,
  type LogOutputChannel,
  l10n,
  type TextEditor,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import { DEFAULT_SETTINGS, SAMPLING_BOUNDS, SETTINGS_SECTION } from '../../protocol/settings';
import { isServed } from '../document-selector';
import type { Pauses } from '../pauses/pauses';
import { readSamplingInput, type SamplingName } from '../sampling-input';
import { PRESET_VALUES } from '../sampling-presets';
import { readSettings, type SettingsScope, writeSetting } from '../settings';
import type { Sidecar } from '../sidecar';
import { drawing, pageOf } from '../web-page/page';
import { onPageMessage } from '../web-page/page-messages';
import { change, type Draft, samplingOf, settingsChanged } from './draft';
import { LivePreview } from './live-preview';
import { readPanelAction } from './panel-action';
import type { PanelAction, PanelState } from './panel-state';
import { viewOf } from './views/view';

/** How long what is previewed has to stand still, in milliseconds. */
const RESTS_AFTER_MS = { sampling: 250, cursor: 600 } as const;

const NAMES = Object.keys(SAMPLING_BOUNDS) as readonly SamplingName[];

/** The page on which sampling is tried out beside the text, and saved once it pleases. */
export class SamplingPanel implements Disposable {
  readonly #preview: LivePreview;
  readonly #subscriptions: Disposable;
  #panel: WebviewPanel | undefined;
  /** The prose editor that was active last: while the panel is used, none is. */
  #editor: TextEditor | undefined;
  #draft: Draft = { saved: DEFAULT_SETTINGS.sampling, changes: {} };
  #problems: PanelState['problems'] = {};
  #workspaceOnly: boolean | undefined;

  constructor(
    private readonly extensionUri: Uri,
    private readonly sidecar: Sidecar,
    private readonly pauses: Pauses,
    private readonly log: LogOutputChannel,
  ) {
    this.#preview = new LivePreview(sidecar, pauses);
    this.#take(window.activeTextEditor);
    this.#subscriptions = Disposable.from(
      this.#preview,
      this.#preview.onDidChange(() => this.#draw()),
      sidecar.onDidChangeStatus(({ state }) => {
        const { kind } = this.#preview.state;
        if ((state === 'ready' || state === 'error') && (kind === 'starting' || kind === 'problem')) this.#refresh(0);
      }),
      window.onDidChangeActiveTextEditor((editor) => this.#take(editor)),
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.#editor) this.#cursorMoved();
      }),
      workspace.onDidCloseTextDocument((document) => {
        if (document !== this.#editor?.document) return;
        this.#editor = undefined;
        this.#refresh(0);
      }),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTINGS_SECTION)) this.#readSettings();
      }),
    );
  }

  /** Opens the page beside the text, or brings it to the front. */
  open(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    if (this.#editor !== undefined) this.sidecar.ensureStarted();
    const media = Uri.joinPath(this.extensionUri, 'media');
    const title = l10n.t('How Suggestions Are Drawn');
    const panel = window.createWebviewPanel('tsuzuki.samplingPanel', title, ViewColumn.Beside, {
      enableScripts: true,
      localResourceRoots: [media],
    });
    this.#panel = panel;
    const saved = readSettings(this.#scope).sampling;
    this.#draft = { saved, changes: {} };
    this.#problems = {};
    this.#workspaceOnly = workspace.workspaceFolders === undefined ? undefined : anyInWorkspace(this.#scope);
    onPageMessage(
      panel.webview,
      this.log,
      (message) => this.#receive(message),
      (reason) => l10n.t('The settings could not be saved: {0}', reason),
    );
    let visible = true;
    panel.onDidChangeViewState(() => {
      if (panel.visible === visible) return;
      visible = panel.visible;
      if (visible) this.#refresh(0);
      else this.#preview.stop();
    });
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#preview.stop();
    });
    panel.webview.html = pageOf(panel.webview, media, {
      title,
      scripts: ['sampling-panel.js'],
      styles: ['sampling-panel.css'],
    });
    this.#refresh(0);
  }

  dispose(): void {
    this.#panel?.dispose();
    this.#subscriptions.dispose();
  }

  get #scope(): SettingsScope {
    return this.#editor?.document;
  }

  #take(editor: TextEditor | undefined): void {
    if (editor === undefined || editor === this.#editor) return;
    if (!isServed(editor.document, readSettings(editor.document).languages)) return;
    this.#editor = editor;
    this.#readSettings();
    this.#cursorMoved();
  }

  #cursorMoved(): void {
    const document = this.#editor?.document;
    // On a battery nothing is written that nobody has asked for.
    if (document !== undefined && this.pauses.of(document)?.reason === 'battery') return;
    this.#refresh(RESTS_AFTER_MS.cursor);
  }

  #readSettings(): void {
    this.#draft = settingsChanged(this.#draft, readSettings(this.#scope).sampling);
    this.#draw();
  }

  #refresh(afterMs: number): void {
    if (this.#panel?.visible === true) this.#preview.refresh(this.#editor, samplingOf(this.#draft), afterMs);
  }

  async #receive(message: unknown): Promise<void> {
    if (typeof message === 'object' && message !== null && 'action' in message && message.action === 'ready') {
      this.#draw();
      return;
    }
    const action = readPanelAction(message);
    if (action === undefined) return;
    await this.#act(action);
    this.#draw();
  }

  async #act(action: PanelAction): Promise<void> {
    switch (action.action) {
      case 'set':
        return this.#set(action.name, action.value);
      case 'preset':
        return this.#change(PRESET_VALUES[action.value]);
      case 'fix-seed':
        return this.#change({ seed: action.value });
      case 'defaults':
        return this.#change(DEFAULT_SETTINGS.sampling);
      case 'discard':
        this.#draft = { ...this.#draft, changes: {} };
        return this.#change({});
      case 'draw-again':
        this.#preview.drawOthers();
        // A seed that is fixed would draw the same again.
        return this.#change({ seed: null });
      case 'workspace-only':
        this.#workspaceOnly = action.checked;
        return;
      case 'save':
        return this.#save();
    }
  }

  #set(name: SamplingName, typed: string): void {
    const input = name === 'seed' && typed.trim() === '' ? { value: null } : readSamplingInput(name, typed);
    const { [name]: _, ...problems } = this.#problems;
    this.#problems = 'problem' in input ? { ...problems, [name]: input.problem } : problems;
    if ('problem' in input) return;
    this.#draft = change(this.#draft, { [name]: input.value });
    this.#refresh(RESTS_AFTER_MS.sampling);
  }

  #change(changes: Draft['changes']): void {
    this.#problems = {};
    this.#draft = change(this.#draft, changes);
    this.#refresh(0);
  }

  async #save(): Promise<void> {
    const scope = this.#scope;
    for (const [name, value] of Object.entries(this.#draft.changes)) {
      await writeSetting(`sampling.${name}`, value, scope, this.#workspaceOnly);
    }
  }

  #draw(): void {
    if (this.#panel === undefined) return;
    const sampling = samplingOf(this.#draft);
    const state: PanelState = {
      sampling,
      unsaved: Object.keys(this.#draft.changes).length > 0,
      workspaceOnly: this.#workspaceOnly,
      problems: this.#problems,
      preview: this.#preview.state,
    };
    const values = NAMES.map((name) => ({
      name,
      value: String(sampling[name] ?? ''),
      problem: this.#problems[name],
    }));
    void this.#panel.webview.postMessage({ sections: drawing(viewOf(state)), values });
  }
}

/** Whether the workspace decides any of the values. */
function anyInWorkspace(scope: SettingsScope): boolean {
  const configuration = workspace.getConfiguration(SETTINGS_SECTION, scope);
  return NAMES.some((name) => {
    const defined = configuration.inspect(`sampling.${name}`);
    return defined?.workspaceValue !== undefined || defined?.workspaceLanguageValue !== undefined;
  });
}
