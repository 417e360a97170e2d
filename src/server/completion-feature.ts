import { setTimeout as delay } from 'node:timers/promises';
import {
  type CancellationToken,
  type Connection,
  type InlineCompletionItem,
  type InlineCompletionParams,
  InlineCompletionTriggerKind,
  type ServerCapabilities,
  type TextDocuments,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { z } from 'zod';
import { promptWindow } from '../engine/inference/continuations';
import type { LanguageModel } from '../engine/inference/language-model';
import { newSeed } from '../engine/inference/random';
import { CURSOR_METHOD, type CursorParams } from '../protocol/cursor';
import { LENGTH_METHOD } from '../protocol/length';
import type { Settings } from '../protocol/settings';
import type { Place } from '../suggestion/place';
import type { Feature } from './feature';
import { dropDuplicates } from './filters/drop-duplicates';
import type { ModelFeature } from './model-feature';
import type { ModelTurns } from './model-turns';
import type { OfferedSuggestions } from './offered-suggestions';
import { Reception } from './reception';
import type { SettingsCache } from './settings-cache';
import { suggestionsAt } from './suggestions';
import { TypingRhythm } from './typing-rhythm';
import { WantedLength } from './wanted-length';
import { wantsContinuation } from './wants-continuation';

const RULES = {
  /** After a cursor was put somewhere. */
  restsAfterMs: 100,
  /** Who has not typed for so long after an answer is reading, or thinking. */
  idleAfterMs: 1000,
} as const;

const cursorSchema = z.object({
  uri: z.string(),
  position: z.object({ line: z.int().min(0), character: z.int().min(0) }),
});

interface GenerationRequest {
  readonly place: Place;
  readonly asked: boolean;
  readonly count: number;
  readonly settings: Settings;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** `textDocument/inlineCompletion`: one generation at a time, the newest request wins, every request is answered. */
export class CompletionFeature implements Feature {
  #running: AbortController | undefined;
  #preparing: AbortController | undefined;
  readonly #rhythm = new TypingRhythm();
  readonly #reception = new Reception();
  readonly #length = new WantedLength();

  constructor(
    private readonly documents: TextDocuments<TextDocument>,
    private readonly settings: SettingsCache,
    private readonly models: ModelFeature,
    private readonly offered: OfferedSuggestions,
    private readonly turns: ModelTurns,
  ) {}

  initialize(connection: Connection): ServerCapabilities {
    connection.languages.inlineCompletion.on((params, token) => {
      const offer = (signal: AbortSignal) =>
        this.#offer(params, signal).catch((error: unknown) => {
          connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
          return [];
        });
      return this.#newest(offer, token);
    });
    connection.onNotification(CURSOR_METHOD, (params) => {
      const cursor = cursorSchema.safeParse(params);
      if (cursor.success) void this.#prepare(cursor.data, RULES.restsAfterMs);
    });
    connection.onNotification(LENGTH_METHOD, (params) => this.#length.want(params));
    return { inlineCompletionProvider: true };
  }

  /** Ends the request before this one. A request that ended so, or was cancelled, is answered with nothing at once. */
  async #newest(
    offer: (signal: AbortSignal) => Promise<InlineCompletionItem[]>,
    token: CancellationToken,
  ): Promise<InlineCompletionItem[]> {
    this.#running?.abort();
    this.#preparing?.abort();
    const running = new AbortController();
    this.#running = running;
    const nothing = new Promise<InlineCompletionItem[]>((resolve) => {
      running.signal.addEventListener('abort', () => resolve([]), { once: true });
    });
    const cancelled = token.onCancellationRequested(() => running.abort());
    try {
      const answer = offer(running.signal);
      this.turns.putFirst(answer);
      return await Promise.race([answer, nothing]);
    } finally {
      cancelled.dispose();
    }
  }

  async #offer(params: InlineCompletionParams, signal: AbortSignal): Promise<InlineCompletionItem[]> {
    const received = performance.now();
    const { textDocument, position, context } = params;
    const invoked = context.triggerKind === InlineCompletionTriggerKind.Invoked;
    const withLength = this.#length.take(textDocument.uri);
    const usualWait = invoked ? 0 : this.#rhythm.typed(received);
    // The text as it is now: while this request waits, the document may change under it.
    const document = this.documents.get(textDocument.uri);
    if (document === undefined || context.selectedCompletionInfo !== undefined) return [];
    const place = placeOf(document, document.offsetAt(position));
    if (!wantsContinuation(place, invoked)) return [];

    const items = (texts: readonly string[]) => {
      const range = { start: position, end: position };
      return texts.map((insertText) => ({ insertText, range }));
    };
    const { uri } = textDocument;
    if (invoked) {
      this.models.reloadIfFailed();
    } else {
      const settings = await this.settings.of(uri);
      const along = settings.enabled ? this.offered.along(uri, place, settings) : [];
      const accepted = this.offered.accepted(uri, place);
      const { declined, waitMs } = this.#reception.requested(uri, place, received, accepted || along.length > 0);
      if (declined) {
        this.offered.forget();
        return [];
      }
      if (along.length > 0) {
        this.#reception.answered(uri, place, performance.now(), true);
        return items(along);
      }
      if (settings.triggerMode === 'manual') return [];
      // Who has just accepted a suggestion waits for the next one.
      const wait = accepted ? 0 : Math.max(usualWait, waitMs);
      if (wait > 0) await delay(wait);
    }
    if (signal.aborted) return [];
    const settings = await this.settings.of(uri);
    const model = await this.models.model;
    // What ran before has been told to stop; it owns the KV cache until it has.
    const request = {
      place,
      asked: invoked,
      count: invoked ? settings.sampling.alternatives : 1,
      settings: invoked ? withLength(settings) : settings,
      signal,
    };
    const drawn = await this.turns.run(async () => {
      if (signal.aborted || model === undefined || !settings.enabled) return undefined;
      const waitMs = performance.now() - received;
      return this.models.whileGenerating(() => this.#suggest(model, { ...request, waitMs }));
    });
    if (signal.aborted || drawn === undefined) return [];
    // Who asks for alternatives to what came by itself turns over its leaves: it stays the first of them.
    const shown = this.offered.along(uri, place, request.settings);
    const kept = shown.length === 1 && request.count > 1 ? dropDuplicates([...shown, ...drawn]) : drawn;
    const suggestions = kept.slice(0, request.count);
    this.offered.remember({ uri, place, settings, suggestions });
    this.#reception.answered(uri, place, performance.now(), suggestions.length > 0);
    void this.#prepare({ uri, position }, RULES.idleAfterMs);
    return items(suggestions);
  }

  async #suggest(
    model: LanguageModel,
    { settings: { sampling, stopAt }, waitMs, ...request }: GenerationRequest,
  ): Promise<readonly string[]> {
    const start = performance.now();
    const { texts, drawn, promptTokens, heldTokens } = await suggestionsAt(model, this.models.promptsOf(model), {
      ...request,
      sampling,
      stopAt,
      seed: sampling.seed ?? newSeed(),
      unwritable: this.models.unwritableOf(model),
    });
    if (!request.signal.aborted) {
      const modelMs = performance.now() - start;
      this.#rhythm.answered(modelMs);
      this.models.answered({
        waitMs,
        modelMs,
        heldTokens,
        promptTokens: promptTokens - heldTokens,
        newTokens: drawn.reduce((sum, one) => sum + one.ids.length, 0),
        cacheBytes: model.cacheBytes,
      });
    }
    return texts;
  }

  /**
   * Reads the text before a cursor that has come to rest, and moves the window when it is nearly full: what would have to
   * be evaluated at the next keystroke is evaluated while nobody waits. The next request ends it.
   */
  async #prepare({ uri, position }: CursorParams, afterMs: number): Promise<void> {
    this.#preparing?.abort();
    const preparing = new AbortController();
    this.#preparing = preparing;
    const { signal } = preparing;
    await delay(afterMs, undefined, { ref: false });
    const document = this.documents.get(uri);
    if (signal.aborted || document === undefined) return;
    const { enabled, sampling } = await this.settings.of(uri);
    const place = placeOf(document, document.offsetAt(position));
    if (!enabled || !wantsContinuation(place)) return;
    const model = await this.models.model;
    if (signal.aborted || model === undefined) return;
    await this.turns.run(async () => {
      if (signal.aborted) return;
      const { budget } = promptWindow(model, sampling);
      const prompts = this.models.promptsOf(model);
      const { ids } = prompts.moveEarly(place.before, budget) ?? prompts.build(place.before, budget);
      // All but the last token: that one is evaluated anyway.
      if (model.heldOf(ids) >= ids.length - 1) return;
      await model.logitsAfter(ids, { signal }).catch(() => undefined);
    });
  }
}

/** The text around an offset of a document, with lines that end in \n, as those of suggestions do. */
export function placeOf(document: TextDocument, offset: number): Place {
  const text = document.getText();
  const lineEnd = text.slice(offset).search(/[\r\n]/);
  return {
    before: text.slice(0, offset).replaceAll('\r\n', '\n'),
    restOfLine: lineEnd < 0 ? text.slice(offset) : text.slice(offset, offset + lineEnd),
  };
}
