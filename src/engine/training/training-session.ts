import { basename } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { externalParameters } from '../architectures/external-parameters';
import {
  type DropoutMask,
  type FrozenWeights,
  gpt2TrainingGraph,
  type TrainedPart,
  type TrainedTensor,
} from '../architectures/gpt2-training-graph';
import type { LoraShape } from '../architectures/lora';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { float32Weights } from '../checkpoint/float32-weights';
import { commonFolder } from '../checkpoint/safetensors';
import { defaultThreads } from '../default-threads';
import type { Graph, GraphBuilder } from '../graph/graph';
import { writeOnnx } from '../graph/onnx-writer';
import { type Int8Matrix, int8Product } from '../graph/operators';
import { loadOnnxRuntime } from '../inference/onnx-runtime';
import { type Int8MatrixLocation, int8Weights } from '../quantization/int8-weights';
import type { Batch } from './blocks';
import type { MaskSource } from './dropout-masks';

/** Full fine-tuning, or LoRA (Hu et al. 2021). */
export type TrainingMethod =
  | { readonly method: 'full' }
  | {
      readonly method: 'lora';
      readonly lora: LoraShape;
      readonly dropout: number;
      /** How the frozen weights of the linear modules are multiplied. */
      readonly baseDtype: BaseDtype;
    };

export type BaseDtype = 'fp32' | 'int8';

export interface TrainingSessionOptions {
  readonly method: TrainingMethod;
  /** Where widened weights may be cached. */
  readonly cacheFolder: string;
  /** Threads of one pass; by default all cores but one, so that the editor keeps one. */
  readonly threads?: number;
}

/** Values of the trained tensors, by name. */
export type Parameters = ReadonlyMap<string, Float32Array>;

export interface LossAndGradients {
  /** Sum over the batch's labels, in nats. */
  readonly loss: number;
  /** Of loss × lossScale. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

type OrtModule = Awaited<ReturnType<typeof loadOnnxRuntime>>;

/** A training graph in ONNX Runtime and, while something is evaluated, one that gives the loss alone. */
export class TrainingSession {
  #lossSession: Promise<InferenceSession> | undefined;

  private constructor(
    private readonly ort: OrtModule,
    readonly trained: readonly TrainedTensor[],
    private readonly masks: readonly DropoutMask[],
    private readonly gradientSession: InferenceSession,
    private readonly openLossSession: () => Promise<InferenceSession>,
  ) {}

  /** @throws {CheckpointError} when the weights cannot be read */
  static async create(checkpoint: Checkpoint, options: TrainingSessionOptions): Promise<TrainingSession> {
    const { method, threads = defaultThreads() } = options;
    const { part, folder } = await partOf(checkpoint, method, options.cacheFolder);
    const ort = await loadOnnxRuntime();
    const load = (graph: Graph, enableCpuMemArena: boolean) =>
      ort.InferenceSession.create(writeOnnx(graph, basename), {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        logSeverityLevel: 3,
        // Without an arena each step asks the system for its memory anew: a sixth of the time goes into page faults.
        enableCpuMemArena,
        // One block laid out in advance is larger than what is in use at any time.
        enableMemPattern: false,
        extra: {
          session: {
            model_external_initializers_file_folder_path: folder,
            // Frozen weights stay mapped: a packed copy would double them.
            disable_prepacking: '1',
            intra_op: { allow_spinning: '0' },
          },
        },
      });
    const forGradients = gpt2TrainingGraph(checkpoint.config, { part, gives: 'gradients' });
    return new TrainingSession(
      ort,
      forGradients.trained,
      forGradients.masks,
      await load(forGradients.graph, true),
      () => load(gpt2TrainingGraph(checkpoint.config, { part, gives: 'loss' }).graph, false),
    );
  }

  /** Loss and gradients of one micro-batch. Blocks the process while it computes. */
  async gradients(
    batch: Batch,
    parameters: Parameters,
    { lossScale, masks }: { readonly lossScale: number; readonly masks: MaskSource },
  ): Promise<LossAndGradients> {
    const feeds = this.#feeds(batch, parameters);
    feeds.loss_scale = new this.ort.Tensor('float32', Float32Array.of(lossScale), []);
    for (const mask of this.masks) {
      const shape = mask.shape.map((dim) => (dim === 'batch' ? batch.rows : dim === 'sequence' ? batch.length : dim));
      const dims = shape.map(Number);
      feeds[mask.name] = new this.ort.Tensor('bool', masks(mask.name, mask.p, dims), dims);
    }
    const results = await this.gradientSession.run(feeds);
    const gradients = new Map(this.trained.map(({ name }) => [name, floats(results[`grad.${name}`])]));
    return { loss: floats(results.loss)[0] ?? Number.NaN, gradients };
  }

  /** The loss of one batch without dropout: the sum over its labels, in nats. */
  async loss(batch: Batch, parameters: Parameters): Promise<number> {
    this.#lossSession ??= this.openLossSession();
    const results = await (await this.#lossSession).run(this.#feeds(batch, parameters));
    return floats(results.loss)[0] ?? Number.NaN;
  }

  /** Gives back what {@link loss} needs: a second mapping of the weights. */
  async endEvaluation(): Promise<void> {
    const session = this.#lossSession;
    this.#lossSession = undefined;
    await (await session)?.release();
  }

  #feeds(batch: Batch, parameters: Parameters): Record<string, Tensor> {
    const { rows, length: T } = batch;
    const feeds: Record<string, Tensor> = {
      input_ids: new this.ort.Tensor('int64', batch.inputIds, [rows, T]),
      labels: new this.ort.Tensor('int64', batch.labels, [rows, T, 1]),
      position_ids: new this.ort.Tensor(
        'int64',
        BigInt64Array.from({ length: T }, (_, t) => BigInt(t)),
        [1, T],
      ),
      attention_mask: new this.ort.Tensor('float32', causalMask(T), [1, 1, T, T]),
    };
    for (const { name, shape } of this.trained) {
      const data = parameters.get(name);
      if (data === undefined) throw new Error(`no value for ${name}`);
      feeds[name] = new this.ort.Tensor('float32', data, shape);
    }
    return feeds;
  }

  async release(): Promise<void> {
    await this.gradientSession.release();
    await this.endEvaluation();
  }
}

/** What is trained, and the folder in which ONNX Runtime finds what is not. */
async function partOf(
  checkpoint: Checkpoint,
  method: TrainingMethod,
  cacheFolder: string,
): Promise<{ readonly part: TrainedPart; readonly folder: string }> {
  if (method.method === 'full') return { part: method, folder: checkpoint.folder };
  if (method.baseDtype === 'fp32') {
    const weights = await float32Weights(checkpoint, cacheFolder);
    const frozen: FrozenWeights = { parameter: externalParameters(weights) };
    return { part: { ...method, frozen }, folder: commonFolder(weights) };
  }
  const weights = await int8Weights(checkpoint, cacheFolder);
  const frozen: FrozenWeights = {
    parameter: externalParameters(weights.tensors),
    product: (g, module, x) => {
      const matrices = weights.matrices.get(module);
      if (matrices === undefined) throw new Error(`no weight called ${module}`);
      return int8Product(
        g,
        x,
        declareMatrix(g, `${module}.weight`, matrices.weight),
        declareMatrix(g, `${module}.transposed`, matrices.transposed),
      );
    },
  };
  return { part: { ...method, frozen }, folder: commonFolder(weights.tensors) };
}

function declareMatrix(g: GraphBuilder, name: string, { values, scales }: Int8MatrixLocation): Int8Matrix {
  return {
    values: g.external(`${name}.values`, values.shape, values, 'int8'),
    scales: g.external(`${name}.scales`, scales.shape, scales),
  };
}

/** [T, T]: 0 up to a token itself, −∞ after it. */
function causalMask(T: number): Float32Array {
  const mask = new Float32Array(T * T);
  for (let t = 0; t < T; t++) mask.fill(Number.NEGATIVE_INFINITY, t * T + t + 1, (t + 1) * T);
  return mask;
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new TypeError('the graph gave no float32 result');
}
