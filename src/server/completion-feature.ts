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
import { generateAlternatives } from '../engine/inference/generate';
import type { LanguageModel } from '../engine/inference/language-model';
import { newSeed, sequenceSeed } from '../engine/inference/random';
import type { Settings } from '../protocol/settings';
import { isJapanese, isLineEnd } from '../text/japanese';
import { restoreFullWidth } from '../text/typography/full-width';
import type { Feature } from './feature';
import { dropHalfWritten } from './filters/drop-half-written';
import { dropSuffixOverlap } from './filters/drop-suffix-overlap';
import type { ModelFeature } from './model-feature';
import { OfferedSuggestions, type Place } from './offered-suggestions';
import { PromptBuilder } from './prompt';
import type { SettingsCache } from './settings-cache';

const RULES = {
  /** An automatic request waits this long for the next keystroke: fast typing asks several times a second. */
  debounceMs: 75,
  /** Characters before the cursor that decide whether a document is Japanese. */
  languageWindow: 400,
} as const;

/** `textDocument/inlineCompletion`: one generation at a time, the newest request wins, every request is answered. */
export class CompletionFeature implements Feature {
  #running: AbortController | undefined;
  #finished: Promise<unknown> = Promise.resolve();
  #prompts: PromptBuilder | undefined;
  readonly #offered = new OfferedSuggestions();

  constructor(
    private readonly documents: TextDocuments<TextDocument>,
    private readonly settings: SettingsCache,
    private readonly models: ModelFeature,
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
    return { inlineCompletionProvider: true };
  }

  /** Ends the request before this one. A request that ended so, or was cancelled, is answered with nothing at once. */
  async #newest(
    offer: (signal: AbortSignal) => Promise<InlineCompletionItem[]>,
    token: CancellationToken,
  ): Promise<InlineCompletionItem[]> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    const nothing = new Promise<InlineCompletionItem[]>((resolve) => {
      running.signal.addEventListener('abort', () => resolve([]), { once: true });
    });
    const cancelled = token.onCancellationRequested(() => running.abort());
    try {
      return await Promise.race([offer(running.signal), nothing]);
    } finally {
      cancelled.dispose();
    }
  }

  async #offer(params: InlineCompletionParams, signal: AbortSignal): Promise<InlineCompletionItem[]> {
    const { textDocument, position, context } = params;
    // The text as it is now: while this request waits, the document may change under it.
    const document = this.documents.get(textDocument.uri);
    if (document === undefined || context.selectedCompletionInfo !== undefined) return [];
    const place = placeOf(document, document.offsetAt(position));
    if (!isLineEnd(place.restOfLine) || !isJapanese(place.before.slice(-RULES.languageWindow))) return [];

    const items = (texts: readonly string[]) => {
      const range = { start: position, end: position };
      return texts.map((insertText) => ({ insertText, range }));
    };
    const { uri } = textDocument;
    const invoked = context.triggerKind === InlineCompletionTriggerKind.Invoked;
    if (invoked) {
      this.models.reloadIfFailed();
    } else {
      const settings = await this.settings.of(uri);
      const along = settings.enabled ? this.#offered.along(uri, place, settings) : [];
      if (along.length > 0) return items(along);
      await delay(RULES.debounceMs);
    }
    if (signal.aborted) return [];
    const settings = await this.settings.of(uri);
    const model = await this.models.model;
    // What ran before has been told to stop; it owns the KV cache until it has.
    await this.#finished;
    if (signal.aborted || model === undefined || !settings.enabled) return [];

    const count = invoked ? settings.sampling.alternatives : 1;
    const work = this.models.whileGenerating(() => this.#suggest(model, place, settings, count, signal));
    this.#finished = work.catch(() => undefined);
    const suggestions = await work;
    if (!signal.aborted) this.#offered.remember({ uri, place, settings, suggestions });
    return items(suggestions);
  }

  async #suggest(
    model: LanguageModel,
    place: Place,
    { sampling, stopAt }: Settings,
    count: number,
    signal: AbortSignal,
  ): Promise<string[]> {
    this.#prompts ??= new PromptBuilder(model.tokenizer);
    const maxNewTokens = Math.min(sampling.maxNewTokens, model.config.n_positions >> 1);
    const { ids, opensLine } = this.#prompts.build(place.before, model.config.n_positions - maxNewTokens);
    const seed = sampling.seed ?? newSeed();
    const seeds = Array.from({ length: count }, (_, i) => sequenceSeed(seed, i));
    const options = { ...sampling, maxNewTokens, stopAt, opensLine, textOnly: true, seeds };
    const continuations = await generateAlternatives(model, ids, options, { signal });
    return [...new Set(continuations.map(({ text }) => filtered(text, place)).filter((text) => text !== ''))];
  }
}

function placeOf(document: TextDocument, offset: number): Place {
  const text = document.getText();
  const lineEnd = text.slice(offset).search(/[\r\n]/);
  return {
    before: text.slice(0, offset),
    restOfLine: lineEnd < 0 ? text.slice(offset) : text.slice(offset, offset + lineEnd),
  };
}

function filtered(text: string, { before, restOfLine }: Place): string {
  return dropSuffixOverlap(restoreFullWidth(dropHalfWritten(text), before), restOfLine);
}
