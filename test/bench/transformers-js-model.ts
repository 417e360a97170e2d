import type { BaseStreamer, PreTrainedModel, Tensor, TextStreamer } from '@huggingface/transformers';
import type { EngineModel } from './completion-measurement';
import type { TimedContinuation, TimedModel } from './timed-continuation';

type TransformersJs = typeof import('@huggingface/transformers');

/** Loads transformers.js, and with it ONNX Runtime; nothing may be fetched from the network. */
export async function loadTransformersJs(): Promise<TransformersJs> {
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const library = await import('@huggingface/transformers');
  library.env.allowRemoteModels = false;
  return library;
}

/** A GPT-2 in transformers.js, as its users run it: on the CPU, its own session options, its own `generate`. */
export class TransformersJsModel implements TimedModel {
  private constructor(
    private readonly library: TransformersJs,
    private readonly model: PreTrainedModel,
  ) {}

  /** @param model Its folder is as {@link writeOptimumFolder} writes it. */
  static async open(
    { folder, dtype }: Pick<Extract<EngineModel, { engine: 'transformers.js' }>, 'folder' | 'dtype'>,
    threads: number,
  ): Promise<TransformersJsModel> {
    const library = await loadTransformersJs();
    const model = await library.AutoModelForCausalLM.from_pretrained(folder, {
      local_files_only: true,
      dtype,
      device: 'cpu',
      use_external_data_format: true,
      session_options: { intraOpNumThreads: threads },
    });
    return new TransformersJsModel(library, model);
  }

  /** Logits of every position, [T, V]. */
  async logits(tokens: readonly number[]): Promise<Float32Array> {
    const { logits }: { logits: Tensor } = await this.model.forward(this.#inputs(tokens));
    if (logits.data instanceof Float32Array) return logits.data;
    throw new TypeError('transformers.js gave no float32 logits');
  }

  async generate(prompt: readonly number[], count: number): Promise<TimedContinuation> {
    const clock = new TokenClock();
    await this.model.generate({
      ...this.#inputs(prompt),
      max_new_tokens: count,
      do_sample: false,
      eos_token_id: [],
      // Any BaseStreamer does; the declarations alone ask for a TextStreamer.
      streamer: clock satisfies BaseStreamer as unknown as TextStreamer,
    });
    return clock;
  }

  async sideBySide(prompt: readonly number[], ways: number, count: number): Promise<number> {
    const rows = Array.from({ length: ways }, () => prompt);
    const timed = async (tokens: number) => {
      const begin = performance.now();
      await this.model.generate({
        ...this.#inputs(...rows),
        max_new_tokens: tokens,
        do_sample: false,
        eos_token_id: [],
      });
      return performance.now() - begin;
    };
    // A streamer is told of the first row alone.
    const prefillMs = await timed(1);
    return (await timed(count)) - prefillMs;
  }

  async close(): Promise<void> {
    await this.model.dispose();
  }

  /** @param rows All of one length. */
  #inputs(...rows: readonly (readonly number[])[]): { input_ids: Tensor; attention_mask: Tensor } {
    const { Tensor } = this.library;
    const tokens = rows.flat();
    const int64 = (values: readonly number[]) =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), [rows.length, tokens.length / rows.length]);
    return { input_ids: int64(tokens), attention_mask: int64(tokens.map(() => 1)) };
  }
}

/** A streamer of transformers.js that notes ids and times. Between tokens, and only there, it can be interrupted. */
class TokenClock implements TimedContinuation {
  readonly ids: number[] = [];
  readonly times: number[] = [];
  longestStepMs = 0;
  #promptSeen = false;
  #stepStart = performance.now();

  /** Called with the prompt, then with each token, as [1, n]. */
  put([ids = []]: bigint[][]): void {
    if (this.#promptSeen) {
      const now = performance.now();
      this.longestStepMs = Math.max(this.longestStepMs, now - this.#stepStart);
      this.#stepStart = now;
      this.times.push(now);
      this.ids.push(...ids.map(Number));
    }
    this.#promptSeen = true;
  }

  end(): void {}
}
