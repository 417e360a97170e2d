import type { CancellationToken, Connection, ServerCapabilities, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { z } from 'zod';
import type { LanguageModel } from '../engine/inference/language-model';
import { newSeed, sequenceSeed } from '../engine/inference/random';
import type { CursorParams } from '../protocol/cursor';
import { PREVIEW_COUNT, PREVIEW_METHOD, type Preview } from '../protocol/preview';
import type { SamplingSettings, Settings } from '../protocol/settings';
import { drawAt } from '../suggestion/draw-at';
import type { Place } from '../suggestion/place';
import { placeOf } from './completion-feature';
import type { Feature } from './feature';
import { filterSuggestions } from './filters/filter-suggestions';
import type { ModelFeature } from './model-feature';
import type { ModelTurns } from './model-turns';
import { parseSettings } from './parse-settings';
import type { SettingsCache } from './settings-cache';
import { wantsContinuation } from './wants-continuation';

const schema = z.object({
  uri: z.string(),
  position: z.object({ line: z.int().min(0), character: z.int().min(0) }),
  sampling: z.unknown(),
});

/** `tsuzuki/preview`: what ghost text would be with sampling that is not saved yet. Nothing is offered by it. */
export class PreviewFeature implements Feature {
  #running: AbortController | undefined;

  constructor(
    private readonly documents: TextDocuments<TextDocument>,
    private readonly settings: SettingsCache,
    private readonly models: ModelFeature,
    private readonly turns: ModelTurns,
  ) {}

  initialize(connection: Connection): ServerCapabilities {
    connection.onRequest<Preview, void>(PREVIEW_METHOD, (params, token) => {
      const request = schema.safeParse(params);
      if (!request.success) return { kind: 'no-place' };
      const { sampling } = parseSettings({ sampling: request.data.sampling });
      return this.#newest((signal) => this.#preview(request.data, sampling, signal), token);
    });
    return {};
  }

  /** Ends the preview before this one. One that has ended so, or was cancelled, is answered at once. */
  async #newest(preview: (signal: AbortSignal) => Promise<Preview>, token: CancellationToken): Promise<Preview> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    const superseded = new Promise<Preview>((resolve) => {
      running.signal.addEventListener('abort', () => resolve({ kind: 'superseded' }), { once: true });
    });
    const cancelled = token.onCancellationRequested(() => running.abort());
    try {
      return await Promise.race([preview(running.signal), superseded]);
    } finally {
      cancelled.dispose();
    }
  }

  async #preview({ uri, position }: CursorParams, sampling: SamplingSettings, signal: AbortSignal): Promise<Preview> {
    // The text as it is now: while this request waits, the document may change under it.
    const document = this.documents.get(uri);
    if (document === undefined) return { kind: 'no-place' };
    const place = placeOf(document, document.offsetAt(position));
    if (!wantsContinuation(place)) return { kind: 'no-place' };
    const settings = { ...(await this.settings.of(uri)), sampling };
    const model = await this.models.model;
    if (model === undefined) return { kind: 'no-model' };
    const write = (giveWay: AbortSignal) => this.#write(model, place, settings, giveWay);
    return (await this.turns.runPatiently(write, signal)) ?? { kind: 'superseded' };
  }

  async #write(
    model: LanguageModel,
    place: Place,
    { sampling, stopAt }: Settings,
    signal: AbortSignal,
  ): Promise<Preview> {
    const seed = sampling.seed ?? newSeed();
    const seeds = Array.from({ length: PREVIEW_COUNT }, (_, i) => sequenceSeed(seed, i));
    const request = { place, sampling, stopAt, seeds, signal };
    const { continuations } = await drawAt(model, this.models.promptsOf(model), request);
    const unwritable = this.models.unwritableOf(model);
    // Each by itself: that two seeds come to the same is worth seeing.
    const shown = continuations.map(({ text }) => filterSuggestions([text], place, unwritable)[0] ?? '');
    return { kind: 'written', continuations: seeds.map((seed, i) => ({ seed, text: shown[i] ?? '' })) };
  }
}
