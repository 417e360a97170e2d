import { basename } from 'node:path';
import { type Checkpoint, openCheckpoint } from '../checkpoint/checkpoint';
import { CheckpointError } from '../checkpoint/checkpoint-error';
import type { Gpt2Config } from '../checkpoint/config';
import { openFineTuned } from '../checkpoint/fine-tuned';
import type { LoraAdapter } from '../checkpoint/peft-adapter';
import { rememberedFingerprint } from '../checkpoint/remembered-fingerprint';
import { defaultThreads } from '../default-threads';
import { defaultDtype } from '../quantization/dtype';
import { openTokenizer } from '../tokenizer/open-tokenizer';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { slotFor } from './adapter-slot';
import { Branches } from './branches';
import { DecoderSession, type ForwardEvents, type SessionOptions } from './decoder-session';
import type { KvCache } from './kv-cache';
import { loadOnnxRuntime } from './onnx-runtime';
import { PrefillPace } from './prefill-pace';
import type { Precision } from './session-weights';

export interface OpenOptions extends Omit<SessionOptions, 'logitsOf' | 'slot' | 'precision'> {
  /** What the weights are. By default {@link defaultDtype}. */
  readonly precision?: Precision | undefined;
  /** By default `last`. */
  readonly logitsOf?: SessionOptions['logitsOf'];
  /** What fine-tuning has made of the model: a PEFT folder of an adapter to begin with, or a model folder. */
  readonly adapterFolder?: string | undefined;
  /**
   * Prompt tokens of one forward pass. By default as many as can be cancelled in time, which depends on how fast the
   * machine is just then; chunks of other lengths round their sums otherwise, in the last bits, and with a cache in 8 bits
   * other keys and values: those of a chunk itself are not rounded yet.
   */
  readonly prefillChunk?: number;
}

/** Tokens of branches that fit beside a text as long as the model can read. */
const BRANCH_TOKENS = 256;

const PREFILL = {
  /** Fewer tokens are evaluated as fast by the graph that gives logits too. */
  shortest: 48,
  /** Longer chunks are not faster with one thread, and their intermediate results take memory. */
  longest: 128,
  /** Several threads wait for each other less often in such chunks; at the end of a prompt that is lost again. */
  longestOfThreads: 256,
  /** So much must be left for them. */
  fromTokens: 512,
} as const;

/** A checkpoint, its tokenizer, a session and one KV cache: what is asked for first is kept for what is asked next. */
export class LanguageModel {
  readonly #cache: KvCache;
  readonly #pace: PrefillPace;
  readonly #prefillPace: PrefillPace;
  /** Of a chunk of which many follow. */
  readonly #longestChunk: number;
  #session: DecoderSession;
  #adapter: LoraAdapter | undefined;

  private constructor(
    /** Of the model that was asked for, also where another's weights are used that was made of it. */
    readonly name: string,
    readonly checkpoint: Checkpoint,
    readonly tokenizer: Tokenizer,
    private readonly sessionOptions: SessionOptions,
    session: DecoderSession,
    prefillChunk: number | undefined,
  ) {
    this.#pace = new PrefillPace(session.bestChunk, prefillChunk);
    this.#prefillPace = new PrefillPace(
      PREFILL.longestOfThreads,
      prefillChunk && Math.min(prefillChunk, PREFILL.longest),
    );
    const threads = sessionOptions.threads ?? defaultThreads();
    this.#longestChunk = threads > 1 ? PREFILL.longestOfThreads : PREFILL.longest;
    this.#session = session;
    this.#cache = session.newCache(BRANCH_TOKENS);
  }

  /** @throws {CheckpointError} naming the file and the cure */
  static async open(folder: string, { adapterFolder, prefillChunk, ...options }: OpenOptions): Promise<LanguageModel> {
    // While one waits for files the others go on. What fails here fails again where it is asked for.
    loadOnnxRuntime().catch(() => undefined);
    const tokenizing = openTokenizer(folder);
    tokenizing.catch(() => undefined);
    const base = await openCheckpoint(folder);
    const tokenizer = await tokenizing;
    const { vocab_size } = base.config;
    if (tokenizer.vocabularySize > vocab_size) {
      const detail = `${tokenizer.vocabularySize} pieces, vocab_size ${vocab_size}`;
      throw new CheckpointError('vocabulary-mismatch', [folder], detail);
    }
    const remembered = (checkpoint: Checkpoint) => rememberedFingerprint(checkpoint, options.cacheFolder);
    const tuned = adapterFolder ? await openFineTuned(adapterFolder, base, remembered) : undefined;
    const checkpoint = tuned?.method === 'full' ? tuned.checkpoint : base;
    const adapter = tuned?.method === 'lora' ? tuned.adapter : undefined;
    const precision = options.precision ?? defaultDtype(checkpoint);
    const sessionOptions: SessionOptions = { logitsOf: 'last', ...options, precision };
    const slot = adapter ? slotFor(adapter, undefined) : undefined;
    const session = await DecoderSession.create(checkpoint, { ...sessionOptions, slot });
    const model = new LanguageModel(basename(folder), checkpoint, tokenizer, sessionOptions, session, prefillChunk);
    if (adapter) await model.useAdapter(adapter);
    return model;
  }

  /** The adapter in use; undefined too for a model that was trained whole. */
  get adapter(): LoraAdapter | undefined {
    return this.#adapter;
  }

  /**
   * Continues with an adapter, or without one, and forgets every evaluated token. The first adapter, and one that is
   * larger than those before, is given a new session; between others switching takes no time. Nothing may be evaluated
   * meanwhile.
   *
   * @throws {RangeError} when the adapter is made for another model; the one before stays in use
   */
  async useAdapter(adapter: LoraAdapter | undefined): Promise<void> {
    const { slot: present } = this.#session;
    const slot = adapter === undefined ? present : slotFor(adapter, present);
    if (slot === present) {
      this.#session.useAdapter(adapter);
    } else {
      const session = await DecoderSession.create(this.checkpoint, { ...this.sessionOptions, slot });
      try {
        session.useAdapter(adapter);
      } catch (error) {
        await session.release();
        throw error;
      }
      const before = this.#session;
      this.#session = session;
      await before.release();
    }
    this.#adapter = adapter;
    this.clearCache();
  }

  get config(): Gpt2Config {
    return this.checkpoint.config;
  }

  /** How many tokens at the beginning of `tokens` are evaluated already. */
  heldOf(tokens: readonly number[]): number {
    return this.#cache.commonPrefix(tokens);
  }

  /** Bytes of the KV cache. */
  get cacheBytes(): number {
    return this.#cache.byteLength;
  }

  /** Forgets every evaluated token. */
  clearCache(): void {
    this.#cache.truncate(0);
  }

  /**
   * Evaluates `tokens` and gives the logits of the last ones, [rows, V]. The longest prefix that was evaluated before is
   * kept; the rest goes in chunks, each in stages, and the signal is looked at before each stage.
   *
   * @param rows Not more than there are tokens.
   * @throws the signal's reason when aborted; what was evaluated until then is kept, a chunk begun as well
   */
  async logitsAfter(tokens: readonly number[], events: ForwardEvents = {}, rows = 1): Promise<Float32Array> {
    await this.#prefill(tokens, events, rows);
    let logits: Float32Array | undefined;
    for await (const chunk of this.evaluate(tokens, events, rows)) logits = chunk.logits;
    if (logits === undefined) throw new RangeError('there is no token to continue from');
    return logits.subarray(logits.length - rows * this.config.vocab_size);
  }

  /**
   * As {@link logitsAfter}, chunk by chunk, and by the graph that gives logits alone. `from` is the index in `tokens` of
   * the chunk's first token. With a session made for `all` logits, `logits` is [chunk, V]; otherwise it has at most `rows`
   * rows, and after the last chunk no fewer.
   */
  async *evaluate(
    tokens: readonly number[],
    events: ForwardEvents = {},
    rows = 1,
  ): AsyncGenerator<{ readonly from: number; readonly logits: Float32Array }> {
    this.#keepPrefix(tokens, rows);
    while (this.#cache.length < tokens.length) {
      events.signal?.throwIfAborted();
      const from = this.#cache.length;
      const rest = tokens.slice(from);
      const begun = this.#session.resumable(rest, this.#cache);
      const longest = begun || this.#pace.chunkLength;
      // No chunk ends within the last rows: they come together.
      const isLast = rest.length <= Math.max(longest, rows);
      const chunk = isLast ? rest : rest.slice(0, Math.min(longest, rest.length - rows));
      const wanted = Math.min(rows, chunk.length);
      const pass = await timed(events, (watched) => this.#session.forward(chunk, this.#cache, watched, wanted));
      if (begun === 0) this.#pace.record(chunk.length, pass.longestStageMs);
      yield { from, logits: pass.result };
    }
  }

  /** Evaluates the beginning of a long prompt by the faster way, where the session has one. */
  async #prefill(tokens: readonly number[], events: ForwardEvents, rows: number): Promise<void> {
    if (!this.#session.prefills) return;
    this.#keepPrefix(tokens, rows);
    for (;;) {
      events.signal?.throwIfAborted();
      const rest = tokens.slice(this.#cache.length, -rows);
      const begun = this.#session.resumable(rest, this.#cache);
      // So few tokens were begun by the other graph, or are as well evaluated by it.
      if ((begun || rest.length) < PREFILL.shortest) return;
      if (!(await this.#session.canPrefill())) return;
      const longest = rest.length >= PREFILL.fromTokens ? this.#longestChunk : PREFILL.longest;
      const length = Math.min(longest, Math.max(PREFILL.shortest, this.#prefillPace.chunkLength));
      const chunk = rest.slice(0, begun || length);
      const { longestStageMs } = await timed(events, (watched) => this.#session.prefill(chunk, this.#cache, watched));
      if (begun === 0) this.#prefillPace.record(chunk.length, longestStageMs);
    }
  }

  /** The last tokens are always evaluated again: the cache holds keys and values, not logits. */
  #keepPrefix(tokens: readonly number[], rows: number): void {
    this.#cache.truncate(Math.min(this.#cache.commonPrefix(tokens), tokens.length - rows));
  }

  /** How many continuations of `length` tokens each can be evaluated side by side after a prompt; at least one. */
  branchesBeside(promptLength: number, length: number): number {
    const room = this.#cache.shape.maxLength - promptLength;
    return Math.max(1, Math.floor(room / length));
  }

  /** Continuations of what was evaluated last. Until one is kept, nothing else may be evaluated. */
  branches(): Branches {
    return new Branches(this.#session, this.#cache);
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

/** The longest time in which a pass did not look at its signal. */
async function timed<T>(
  { signal, onStage }: ForwardEvents,
  pass: (events: ForwardEvents) => Promise<T>,
): Promise<{ readonly result: T; readonly longestStageMs: number }> {
  let longestStageMs = 0;
  const result = await pass({
    signal,
    onStage: (ms) => {
      longestStageMs = Math.max(longestStageMs, ms);
      onStage?.(ms);
    },
  });
  return { result, longestStageMs };
}
