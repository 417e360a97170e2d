import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { Gpt2Config } from '../checkpoint/config';
import type { LoraAdapter } from '../checkpoint/peft-adapter';
import { type AdapterSlot, slotFor, slotInputs } from './adapter-slot';
import { attentionMask, type Sight } from './attention-mask';
import type { PresentHeads } from './cache-layer';
import { type DecoderStages, openStages, type StageOptions } from './decoder-stages';
import { KvCache } from './kv-cache';
import { loadOnnxRuntime, type OnnxRuntime } from './onnx-runtime';

/** Whose logits a forward pass gives: `last` to draw the next token, `all` to score a text. */
export type LogitsOf = 'last' | 'all';

export interface SessionOptions extends StageOptions {
  readonly logitsOf: LogitsOf;
}

/** A forward pass can be watched and cancelled between its stages. */
export interface ForwardEvents {
  readonly signal?: AbortSignal | undefined;
  /** A stage is done, after so many milliseconds in which the process did nothing else. */
  readonly onStage?: (ms: number) => void;
}

/** A token of a tree of continuations that share what the cache held first. */
export interface TreeToken {
  readonly id: number;
  /** Its position in its text. */
  readonly position: number;
  /** How many positions at the beginning of the cache it sees: the trunk. */
  readonly trunk: number;
  /** Where the cache holds its predecessors after the trunk. */
  readonly branch: readonly number[];
}

/** What goes into the graph for one new token. */
interface NewToken extends Sight {
  readonly id: number;
  readonly position: number;
}

/** A forward pass that was cancelled between two stages. */
interface SuspendedPass {
  readonly stages: readonly InferenceSession[];
  readonly cache: KvCache;
  readonly start: number;
  readonly tokens: readonly number[];
  /** Of so many last tokens it gives logits. */
  readonly rows: number;
  readonly values: Record<string, Tensor>;
  readonly nextStage: number;
}

/** A decoding graph in ONNX Runtime, with its weights mapped from the checkpoint. */
export class DecoderSession {
  #suspended: SuspendedPass | undefined;
  #adapterInputs: Readonly<Record<string, Tensor>> = {};
  #prefill: Promise<readonly InferenceSession[] | undefined> | undefined;

  private constructor(
    readonly config: Gpt2Config,
    readonly logitsOf: LogitsOf,
    readonly slot: AdapterSlot | undefined,
    private readonly ort: OnnxRuntime,
    private readonly opened: DecoderStages,
  ) {}

  /** @throws {CheckpointError} when the weights cannot be read */
  static async create(checkpoint: Checkpoint, options: SessionOptions): Promise<DecoderSession> {
    const ort = await loadOnnxRuntime();
    const opened = await openStages(ort, checkpoint, options);
    const session = new DecoderSession(checkpoint.config, options.logitsOf, options.slot, ort, opened);
    session.useAdapter(undefined);
    return session;
  }

  /** Tokens of one forward pass that are evaluated fastest. */
  get bestChunk(): number {
    return this.opened.bestChunk;
  }

  /** Whether {@link prefill} is faster than {@link forward}, where it {@link canPrefill}. */
  get prefills(): boolean {
    return this.opened.openPrefill !== undefined;
  }

  /** Whether {@link prefill} has its weights. They are opened when they are first asked for. */
  async canPrefill(): Promise<boolean> {
    return (await this.#prefillStages()) !== undefined;
  }

  /**
   * Puts an adapter into the session's slot, or empties it. Caches filled before belong to what was there before.
   *
   * @throws {RangeError} when the slot has no room for it, or when it is made for another model
   */
  useAdapter(adapter: LoraAdapter | undefined): void {
    if (adapter !== undefined && (this.slot === undefined || slotFor(adapter, this.slot) !== this.slot)) {
      throw new RangeError('the session has no room for this adapter');
    }
    this.#suspended = undefined;
    const inputs = this.slot === undefined ? [] : slotInputs(this.config, this.slot, adapter);
    this.#adapterInputs = Object.fromEntries(
      inputs.map(({ name, shape, data }) => [name, new this.ort.Tensor('float32', data, shape)]),
    );
  }

  /**
   * An empty cache of the shape that this model wants.
   *
   * @param branches Room for so many tokens beside a text of all the positions that the model knows.
   */
  newCache(branches = 0): KvCache {
    const { n_layer, n_head, n_embd, n_positions } = this.config;
    const shape = { layers: n_layer, heads: n_head, headDim: n_embd / n_head, maxLength: n_positions + branches };
    return new KvCache(shape, this.opened.cache);
  }

  /**
   * Evaluates `tokens` after what the cache holds, and adds them to it. Blocks the process for one stage at a time.
   *
   * @param rows Logits of so many last tokens are wanted.
   * @returns Logits [rows, V], or [T, V] when the session was made for `all`.
   * @throws the signal's reason when aborted: the cache is as it was, and the same call goes on where this one ended
   */
  async forward(
    tokens: readonly number[],
    cache: KvCache,
    events: ForwardEvents = {},
    rows = 1,
  ): Promise<Float32Array> {
    const wanted = this.logitsOf === 'all' ? tokens.length : rows;
    return floats((await this.#pass(this.opened.stages, tokens, cache, events, wanted)).logits);
  }

  /**
   * As {@link forward}, for tokens of a prompt whose logits nobody wants: all but the last one.
   *
   * @throws {RangeError} when the session cannot do so, see {@link canPrefill}
   */
  async prefill(tokens: readonly number[], cache: KvCache, events: ForwardEvents = {}): Promise<void> {
    const stages = await this.#prefillStages();
    if (stages === undefined) throw new RangeError('there are no weights for prefill');
    await this.#pass(stages, tokens, cache, events, 1);
  }

  async #prefillStages(): Promise<readonly InferenceSession[] | undefined> {
    this.#prefill ??= this.opened.openPrefill?.();
    try {
      const stages = await this.#prefill;
      if (stages === undefined) this.#prefill = undefined;
      return stages;
    } catch (error) {
      // The next prompt tries again: what was in the way may be gone.
      this.#prefill = undefined;
      throw error;
    }
  }

  async #pass(
    stages: readonly InferenceSession[],
    tokens: readonly number[],
    cache: KvCache,
    { signal, onStage }: ForwardEvents,
    rows: number,
  ): Promise<Record<string, Tensor>> {
    const begun = this.#suspended?.stages === stages && this.resumable(tokens, cache) === tokens.length;
    const resumed = begun && this.#suspended?.rows === rows ? this.#suspended : undefined;
    this.#suspended = undefined;
    const start = cache.length;
    const chain = () => tokens.map((id, i) => ({ id, position: start + i, seen: start, cached: [], from: 0 }));
    const wanted = tokens.map((_, i) => i).slice(-rows);
    const values = resumed?.values ?? this.#inputs(chain(), wanted, cache);
    for (const [i, stage] of stages.entries()) {
      if (i < (resumed?.nextStage ?? 0)) continue;
      if (signal?.aborted === true) {
        this.#suspended = { stages, cache, start, tokens: [...tokens], rows, values, nextStage: i };
        throw signal.reason;
      }
      const begin = performance.now();
      await runStage(stage, values, tokens.length);
      onStage?.(performance.now() - begin);
    }
    this.#append(tokens, values, cache);
    return values;
  }

  /**
   * Evaluates one more token of each of several continuations in one pass, and adds them to the cache in this order.
   *
   * @returns Logits [N, V].
   */
  async forwardTree(tokens: readonly TreeToken[], cache: KvCache): Promise<Float32Array> {
    this.#suspended = undefined;
    const added = tokens.map(({ id, position, trunk, branch }, i) => ({
      id,
      position,
      seen: trunk,
      cached: branch,
      from: i,
    }));
    const wanted = tokens.map((_, i) => i);
    const values = this.#inputs(added, wanted, cache);
    for (const stage of this.opened.stages) await runStage(stage, values, tokens.length);
    this.#append(
      tokens.map(({ id }) => id),
      values,
      cache,
    );
    return floats(values.logits);
  }

  #append(tokens: readonly number[], values: Record<string, Tensor>, cache: KvCache): void {
    cache.append(
      tokens,
      Array.from({ length: this.config.n_layer }, (_, layer) => presentHeads(values, layer)),
    );
  }

  /**
   * How many tokens at the beginning of `tokens` a cancelled pass has evaluated in part: {@link forward} with just these
   * goes on where that pass ended. 0 when there is none, or when the cache has changed since.
   */
  resumable(tokens: readonly number[], cache: KvCache): number {
    const pass = this.#suspended;
    // Only a forward pass lengthens a cache, and every other pass forgets this one: a cache as long is unchanged.
    if (pass === undefined || pass.cache !== cache || pass.start !== cache.length) return 0;
    return pass.tokens.every((token, i) => token === tokens[i]) ? pass.tokens.length : 0;
  }

  #inputs(tokens: readonly NewToken[], wanted: readonly number[], cache: KvCache): Record<string, Tensor> {
    const T = tokens.length;
    const P = cache.capacity;
    const feeds: Record<string, Tensor> = {
      ...this.#adapterInputs,
      input_ids: this.#int64(
        tokens.map(({ id }) => id),
        [1, T],
      ),
      position_ids: this.#int64(
        tokens.map(({ position }) => position),
        [1, T],
      ),
      attention_mask: new this.ort.Tensor('float32', attentionMask(tokens, P), [1, 1, T, P + T]),
      attention_split: this.#int64([P, T], [2]),
      many_tokens: new this.ort.Tensor('bool', Uint8Array.of(isMany(T) ? 1 : 0), []),
      logits_of: this.#int64(wanted, [wanted.length]),
    };
    cache.layers.forEach((layer, i) => {
      for (const [name, plane] of Object.entries(layer.planes)) {
        const { data, shape } = plane.view;
        feeds[`${name}.${i}`] = new this.ort.Tensor(data, shape);
      }
    });
    return feeds;
  }

  async release(): Promise<void> {
    this.#suspended = undefined;
    for (const stage of [...this.opened.stages, ...((await this.#prefill) ?? [])]) await stage.release();
  }

  #int64(values: readonly number[], shape: readonly number[]): Tensor {
    return new this.ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
  }
}

/** From so many new tokens on, attention to a cache in 8 bits is cheaper as for many. */
const MANY = 24;

function isMany(tokens: number): boolean {
  return tokens >= MANY;
}

/** Keys and values of many tokens come rounded where the cache wants them so, and then are not needed otherwise. */
function isLeftOut(output: string, tokens: number, outputs: readonly string[]): boolean {
  const [name = '', layer = ''] = output.split('.');
  const rounded = outputs.includes(`present_key.${layer}`) && isMany(tokens);
  return name === 'present' ? rounded : name.startsWith('present_') && !rounded;
}

/** Runs a stage with what came before it, and adds what it gives. */
async function runStage(stage: InferenceSession, values: Record<string, Tensor>, tokens: number): Promise<void> {
  const feeds: Record<string, Tensor> = {};
  for (const name of stage.inputNames) {
    const value = values[name];
    if (value === undefined) throw new Error(`a stage lacks ${name}`);
    feeds[name] = value;
  }
  const wanted = stage.outputNames.filter((name) => !isLeftOut(name, tokens, stage.outputNames));
  // The last layer's keys and values alone, in the form that is not wanted.
  if (wanted.length === 0) return;
  Object.assign(values, await stage.run(feeds, wanted));
}

/** What a layer has of the new tokens: many come rounded where the cache wants them so. */
function presentHeads(values: Record<string, Tensor>, layer: number): PresentHeads {
  const heads = values[`present.${layer}`];
  if (heads !== undefined) return { type: 'float32', heads: floats(heads) };
  return {
    type: 'int8',
    key: bytes(values[`present_key.${layer}`]),
    keySum: floats(values[`present_key_sum.${layer}`]),
    keySize: floats(values[`present_key_size.${layer}`]),
    value: bytes(values[`present_value.${layer}`]),
    valueSize: floats(values[`present_value_size.${layer}`]),
  };
}

function bytes(tensor: Tensor | undefined): Int8Array {
  if (tensor?.data instanceof Int8Array) return tensor.data;
  throw new TypeError('the graph gave no int8 result');
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new TypeError('the graph gave no float32 result');
}
