import { type AdamWState, adamWStep, clippingScale, decays, gradientNorm } from './adamw';
import { type Block, batchOf, labelCount } from './blocks';
import { dropoutMasks } from './dropout-masks';
import { learningRateAt } from './learning-rate';
import type { TrainingArguments } from './training-arguments';
import type { Parameters, TrainingSession } from './training-session';

/** What one optimiser step did. */
export interface StepResult {
  /** Steps done, this one included. */
  readonly step: number;
  /** Mean over the step's labels before the update, in nats. */
  readonly loss: number;
  /** Norm of the gradient before it was clipped. */
  readonly grad_norm: number;
  readonly learning_rate: number;
  /** Tokens that went through the model. */
  readonly tokens: number;
}

/** The loss is no number any more: the weights are as they were before the step. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';
  constructor(readonly step: number) {
    super(`step ${step}: the loss is not a number`);
  }
}

export interface TrainerOptions {
  readonly arguments: TrainingArguments;
  readonly totalSteps: number;
  /** Blocks computed at once. The result does not depend on it but for rounding. */
  readonly microBatchSize: number;
}

/** Parameters, their optimiser, and the step that changes both. */
export class Trainer {
  constructor(
    private readonly session: TrainingSession,
    readonly parameters: Parameters,
    readonly optimizer: AdamWState,
    private readonly options: TrainerOptions,
  ) {}

  /**
   * One optimiser step on `blocks`: the gradient of the mean loss over all of their labels, clipped, then AdamW.
   *
   * @throws the signal's reason when aborted between micro-batches, and {@link DivergedError}: nothing has changed then
   */
  async step(blocks: readonly Block[], signal?: AbortSignal): Promise<StepResult> {
    const { arguments: args, totalSteps, microBatchSize } = this.options;
    const index = this.optimizer.steps;
    const lossScale = 1 / Math.max(1, labelCount(blocks));
    const total = new Map<string, Float32Array>();
    let loss = 0;
    for (let firstRow = 0; firstRow < blocks.length; firstRow += microBatchSize) {
      signal?.throwIfAborted();
      const batch = batchOf(blocks.slice(firstRow, firstRow + microBatchSize));
      const masks = dropoutMasks({ seed: args.seed, step: index, firstRow });
      const result = await this.session.gradients(batch, this.parameters, { lossScale, masks });
      loss += result.loss * lossScale;
      accumulate(total, result.gradients);
    }
    const norm = gradientNorm(total);
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) throw new DivergedError(index + 1);

    const learningRate = learningRateAt(args, index, totalSteps);
    adamWStep(this.parameters, total, this.optimizer, {
      betas: [args.adam_beta1, args.adam_beta2],
      eps: args.adam_epsilon,
      weight_decay: args.weight_decay,
      learningRate,
      gradientScale: args.max_grad_norm > 0 ? clippingScale(norm, args.max_grad_norm) : 1,
      decays: decays(args.weight_decay_of),
    });
    const tokens = blocks.reduce((sum, block) => sum + block.length, 0);
    return { step: this.optimizer.steps, loss, grad_norm: norm, learning_rate: learningRate, tokens };
  }

  /** Mean loss over all labels of `blocks`, without dropout, in nats per token. */
  async evaluate(blocks: readonly Block[], signal?: AbortSignal): Promise<number> {
    let loss = 0;
    try {
      for (let first = 0; first < blocks.length; first += this.options.microBatchSize) {
        signal?.throwIfAborted();
        const batch = batchOf(blocks.slice(first, first + this.options.microBatchSize));
        loss += await this.session.loss(batch, this.parameters);
      }
    } finally {
      await this.session.endEvaluation();
    }
    return loss / labelCount(blocks);
  }
}

function accumulate(total: Map<string, Float32Array>, gradients: ReadonlyMap<string, Float32Array>): void {
  for (const [name, gradient] of gradients) {
    const sum = total.get(name);
    // The runtime gives each result in an array of its own: the first one becomes the sum.
    if (sum === undefined) total.set(name, gradient);
    else for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (gradient[i] ?? 0);
  }
}
