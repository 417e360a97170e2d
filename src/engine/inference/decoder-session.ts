import { availableParallelism } from 'node:os';
import { basename, dirname } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { externalParameters } from '../architectures/external-parameters';
import { gpt2DecodingGraph, type LogitsOf } from '../architectures/gpt2';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { Gpt2Config } from '../checkpoint/config';
import { float32Weights } from '../checkpoint/float32-weights';
import type { TensorLocation } from '../checkpoint/safetensors';
import { writeOnnx } from '../graph/onnx-writer';
import { KvCache, type LayerTensors } from './kv-cache';
import { loadOnnxRuntime } from './onnx-runtime';

export interface SessionOptions {
  readonly logitsOf: LogitsOf;
  /** Where widened weights may be cached. */
  readonly cacheFolder: string;
  /** Threads of one forward pass; by default all cores but one, so that the editor keeps one. */
  readonly threads?: number;
  /**
   * Weights of at most so many bytes are packed into private memory as the matrix kernels want them, larger ones stay
   * mapped. By default 256 MiB.
   */
  readonly packedBytes?: number;
}

/**
 * Packed weights decode a third faster, but they are a private copy that has to be made at each start: worth it for the
 * embedded model's 32 MB, not for the 1.4 GB of a medium one.
 */
const PACKED_BYTES = 256 * 2 ** 20;

type OrtModule = Awaited<ReturnType<typeof loadOnnxRuntime>>;

/** A decoding graph in ONNX Runtime, with its weights mapped from the checkpoint. */
export class DecoderSession {
  private constructor(
    readonly config: Gpt2Config,
    readonly logitsOf: LogitsOf,
    private readonly ort: OrtModule,
    private readonly session: InferenceSession,
  ) {}

  /** @throws {CheckpointError} when the weights cannot be read */
  static async create(checkpoint: Checkpoint, options: SessionOptions): Promise<DecoderSession> {
    const weights = await float32Weights(checkpoint, options.cacheFolder);
    const ort = await loadOnnxRuntime();
    const folder = commonFolder(weights);
    const graph = gpt2DecodingGraph(checkpoint.config, externalParameters(weights), options.logitsOf);
    const session = await ort.InferenceSession.create(writeOnnx(graph, basename), {
      executionProviders: ['cpu'],
      intraOpNumThreads: options.threads ?? Math.max(1, availableParallelism() - 1),
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      extra: {
        session: {
          model_external_initializers_file_folder_path: folder,
          disable_prepacking: totalBytes(weights) <= (options.packedBytes ?? PACKED_BYTES) ? '0' : '1',
          // Threads that wait by spinning starve whatever else the writer's machine does.
          intra_op: { allow_spinning: '0' },
        },
      },
    });
    return new DecoderSession(checkpoint.config, options.logitsOf, ort, session);
  }

  /** An empty cache of the shape that this model wants. */
  newCache(): KvCache {
    const { n_layer, n_head, n_embd, n_positions } = this.config;
    return new KvCache({ layers: n_layer, heads: n_head, headDim: n_embd / n_head, maxLength: n_positions });
  }

  /**
   * Evaluates `tokens` after what the cache holds, and adds them to it. Blocks the process for one forward pass.
   *
   * @returns Logits [V] of the last token, or [T, V] when the session was made for `all`.
   */
  async forward(tokens: readonly number[], cache: KvCache): Promise<Float32Array> {
    const { n_layer, n_head, n_embd } = this.config;
    const T = tokens.length;
    const P = cache.capacity;
    const start = cache.length;
    const headShape = [1, n_head, P, n_embd / n_head];
    const feeds: Record<string, Tensor> = {
      input_ids: this.#int64(tokens, [1, T]),
      position_ids: this.#int64(
        tokens.map((_, i) => start + i),
        [1, T],
      ),
      attention_mask: new this.ort.Tensor('float32', attentionMask(T, P, start), [1, 1, T, P + T]),
      attention_split: this.#int64([P, T], [2]),
    };
    cache.layers.forEach((layer, i) => {
      feeds[`past_key.${i}`] = new this.ort.Tensor('float32', layer.key, headShape);
      feeds[`past_value.${i}`] = new this.ort.Tensor('float32', layer.value, headShape);
    });
    const results = await this.session.run(feeds);
    const present: LayerTensors[] = Array.from({ length: n_layer }, (_, i) => ({
      key: floats(results[`present_key.${i}`]),
      value: floats(results[`present_value.${i}`]),
    }));
    cache.append(tokens, present);
    return floats(results.logits);
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  #int64(values: readonly number[], shape: readonly number[]): Tensor {
    return new this.ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
  }
}

/** [T, P + T]: a new token sees the `length` cached positions and the new tokens up to itself. */
function attentionMask(T: number, P: number, length: number): Float32Array {
  const mask = new Float32Array(T * (P + T));
  for (let t = 0; t < T; t++) {
    const row = t * (P + T);
    mask.fill(Number.NEGATIVE_INFINITY, row + length, row + P);
    mask.fill(Number.NEGATIVE_INFINITY, row + P + t + 1, row + P + T);
  }
  return mask;
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new TypeError('the graph gave no float32 result');
}

function totalBytes(weights: ReadonlyMap<string, TensorLocation>): number {
  return [...weights.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** ONNX Runtime reads external data below one folder only. */
function commonFolder(weights: ReadonlyMap<string, TensorLocation>): string {
  const folders = new Set([...weights.values()].map(({ file }) => dirname(file)));
  const [folder, ...others] = folders;
  if (folder === undefined || others.length > 0) throw new Error(`weights lie in ${folders.size} folders`);
  return folder;
}
