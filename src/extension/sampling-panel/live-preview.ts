import { randomBytes } from 'node:crypto';
import {
  CancellationTokenSource,
  type Disposable,
  EventEmitter,
  l10n,
  Range,
  type TextDocument,
  type TextEditor,
} from 'vscode';
import type { Preview } from '../../protocol/preview';
import type { SamplingSettings } from '../../protocol/settings';
import type { Pauses } from '../pauses/pauses';
import type { Sidecar } from '../sidecar';
import type { PreviewState } from './panel-state';

/** So many characters before the cursor are shown before what continues them. */
const SHOWN_BEFORE = 16;

/** The continuations at the cursor of one editor, asked for anew whenever the place or the sampling changes. */
export class LivePreview implements Disposable {
  readonly #changed = new EventEmitter<void>();
  #state: PreviewState = { kind: 'starting' };
  #timer: NodeJS.Timeout | undefined;
  #request: CancellationTokenSource | undefined;
  #seed = newSeed();

  /** Fires after {@link state} has changed. */
  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly sidecar: Sidecar,
    private readonly pauses: Pauses,
  ) {}

  get state(): PreviewState {
    return this.#state;
  }

  /** Without a seed of the writer's own, others are drawn from now on; until then what differs is the sampling's doing. */
  drawOthers(): void {
    this.#seed = newSeed();
  }

  /** Asks in so many milliseconds, unless something else is to be asked by then. What was asked before ends. */
  refresh(editor: TextEditor | undefined, sampling: SamplingSettings, afterMs: number): void {
    this.stop();
    if (editor === undefined || editor.document.isClosed) {
      this.#show({ kind: 'no-text' });
    } else if (this.pauses.of(editor.document)?.reason === 'excluded') {
      this.#show({ kind: 'excluded' });
    } else {
      this.#timer = setTimeout(() => void this.#ask(editor, sampling), afterMs);
    }
  }

  /** Ends what is under way. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#request?.cancel();
    this.#request?.dispose();
    this.#request = undefined;
  }

  dispose(): void {
    this.stop();
    this.#changed.dispose();
  }

  async #ask({ document, selection }: TextEditor, sampling: SamplingSettings): Promise<void> {
    const request = new CancellationTokenSource();
    this.#request = request;
    this.#show(this.#state.kind === 'written' ? { ...this.#state, outdated: true } : { kind: 'starting' });
    const { line, character } = selection.active;
    const before = endOfText(document, document.offsetAt(selection.active));
    const uri = document.uri.toString();
    const seed = sampling.seed ?? this.#seed;
    const params = { uri, position: { line, character }, sampling: { ...sampling, seed } };
    const preview = await this.sidecar.preview(params, request.token);
    if (this.#request === request) this.#show(this.#stateOf(preview, before));
  }

  #stateOf(preview: Preview | undefined, before: string): PreviewState {
    const { status } = this.sidecar;
    if (preview?.kind === 'written') return { ...preview, before, outdated: false };
    if (preview?.kind === 'no-place') return { kind: 'no-place' };
    if (status?.state === 'error') return { kind: 'problem', message: status.message };
    // The sidecar is there, and has failed.
    const failed = preview === undefined && (status?.state === 'ready' || status?.state === 'generating');
    if (failed) return { kind: 'problem', message: l10n.t('No continuations could be written. The log says why.') };
    return { kind: 'starting' };
  }

  #show(state: PreviewState): void {
    this.#state = state;
    this.#changed.fire();
  }
}

function endOfText(document: TextDocument, offset: number): string {
  const range = new Range(document.positionAt(Math.max(0, offset - 2 * SHOWN_BEFORE)), document.positionAt(offset));
  return [...document.getText(range)].slice(-SHOWN_BEFORE).join('');
}

function newSeed(): number {
  return randomBytes(4).readUInt32LE();
}
