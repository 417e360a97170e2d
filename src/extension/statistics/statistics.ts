import { basename, dirname, join } from 'node:path';
import {
  commands,
  Disposable,
  EventEmitter,
  type ExtensionContext,
  type InlineCompletionItem,
  type LogOutputChannel,
  type Position,
  Range,
  type TextDocument,
  type TextDocumentChangeEvent,
  window,
  workspace,
} from 'vscode';
import { chosenAdapter } from '../fine-tuning/adapter';
import { modelInSettings } from '../model-folder';
import { type Counts, type Day, dayOf, NO_COUNTS, sum } from './counts';
import { CountsLog } from './counts-log';
import { SuggestionTracker } from './suggestion-tracker';

/** VS Code runs it after a suggestion was taken as a whole; nobody else does. */
const ACCEPTED_COMMAND = 'tsuzuki.internal.suggestionAccepted';

/** A suggestion that nothing has changed for so long has been seen. VS Code does not tell extensions what it draws. */
const STANDS_AFTER_MS = 500;

/** Counts are written together. */
const WRITE_AFTER_MS = 5000;

/** Counts what becomes of suggestions, on this machine and for the writer alone. */
export class Statistics implements Disposable {
  readonly #log: CountsLog;
  readonly #tracker = new SuggestionTracker();
  readonly #subscriptions: Disposable;
  readonly #changed = new EventEmitter<void>();
  /** By day, then by model: what is not on disk yet. */
  #pending = new Map<string, Map<string, Counts>>();
  #writing: Promise<void> = Promise.resolve();
  #writeTimer: NodeJS.Timeout | undefined;
  #standsTimer: NodeJS.Timeout | undefined;
  /** Characters by which the last change made its document longer. */
  #grown = 0;
  /** While one of our commands takes a piece: what it has taken so far. */
  #piece: { characters: number; whole: boolean } | undefined;

  /** Fires when something was counted, or all of it deleted. */
  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly context: ExtensionContext,
    private readonly output: LogOutputChannel,
  ) {
    this.#log = new CountsLog(join(context.globalStorageUri.fsPath, 'statistics'));
    this.#subscriptions = Disposable.from(
      this.#changed,
      workspace.onDidChangeTextDocument((event) => this.#noteChange(event)),
      commands.registerCommand(ACCEPTED_COMMAND, () => this.#acceptedWhole()),
    );
  }

  /**
   * Suggestions have come for a place. VS Code will say when one of them is accepted.
   *
   * @param version The document's, when they were asked for.
   */
  offered(document: TextDocument, version: number, position: Position, items: readonly InlineCompletionItem[]): void {
    for (const item of items) item.command = { command: ACCEPTED_COMMAND, title: '' };
    if (items.length === 0 || document.version !== version) return;
    const texts = items.map(({ insertText }) => (typeof insertText === 'string' ? insertText : insertText.value));
    const offer = { uri: document.uri.toString(), offset: document.offsetAt(position), texts };
    this.#tracker.offered(offer, (from) =>
      document.getText(new Range(document.positionAt(from), position)).replaceAll('\r\n', '\n'),
    );
    clearTimeout(this.#standsTimer);
    this.#standsTimer = setTimeout(() => {
      const editor = window.activeTextEditor;
      const stands = editor?.document === document && document.version === version;
      if (stands && editor.selection.active.isEqual(position)) this.#count(this.#tracker.stood());
    }, STANDS_AFTER_MS);
  }

  /**
   * Runs a command that takes a piece of a suggestion, with one key press.
   *
   * @param take Resolves to whether it took the end of the suggestion in a way that the editor does not tell of.
   */
  async takingPiece(take: () => PromiseLike<boolean>): Promise<void> {
    const piece = { characters: 0, whole: false };
    this.#piece = piece;
    try {
      if (await take()) piece.whole = true;
    } finally {
      this.#piece = undefined;
    }
    if (piece.characters > 0) this.#count(this.#tracker.took(piece.characters, piece.whole));
  }

  /** Everything that was counted, by every window. */
  async read(): Promise<Day[]> {
    await this.#write();
    return this.#log.read();
  }

  /** Deletes everything that was counted. */
  async remove(): Promise<void> {
    this.#pending = new Map();
    await this.#writing;
    await this.#log.remove();
    this.#changed.fire();
  }

  /** Writes what is not on disk yet. */
  async stop(): Promise<void> {
    await this.#write();
  }

  dispose(): void {
    clearTimeout(this.#standsTimer);
    clearTimeout(this.#writeTimer);
    this.#subscriptions.dispose();
  }

  #noteChange({ contentChanges }: TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    this.#grown = contentChanges.reduce(
      (grown, { text, rangeLength }) => grown + [...text.replaceAll('\r\n', '\n')].length - rangeLength,
      0,
    );
    if (this.#piece !== undefined) this.#piece.characters += this.#grown;
  }

  #acceptedWhole(): void {
    if (this.#piece !== undefined) this.#piece.whole = true;
    else this.#count(this.#tracker.took(Math.max(0, this.#grown), true));
  }

  #count(counts: Partial<Counts>): void {
    if (Object.keys(counts).length === 0) return;
    const day = dayOf(new Date());
    const models = this.#pending.get(day) ?? new Map<string, Counts>();
    const model = this.#model;
    models.set(model, sum(models.get(model) ?? NO_COUNTS, counts));
    this.#pending.set(day, models);
    this.#writeTimer ??= setTimeout(() => void this.#write(), WRITE_AFTER_MS);
    this.#changed.fire();
  }

  /** The model in use, as the writer knows it. */
  get #model(): string {
    const { name } = modelInSettings(this.context.extensionPath);
    const adapter = chosenAdapter();
    if (adapter === undefined) return name;
    // What fine-tuning makes here lies in a folder of its own for each run.
    const run = basename(adapter) === 'adapter' ? basename(dirname(adapter)) : basename(adapter);
    return `${name} + ${run}`;
  }

  #write(): Promise<void> {
    clearTimeout(this.#writeTimer);
    this.#writeTimer = undefined;
    const pending = this.#pending;
    this.#pending = new Map();
    this.#writing = this.#writing.then(async () => {
      for (const [day, models] of pending) {
        await this.#log.append(day, models).catch((error: unknown) => this.output.warn(String(error)));
      }
    });
    return this.#writing;
  }
}
