import { openCheckpoint } from '../engine/checkpoint/checkpoint';
import { newAdamWState } from '../engine/training/adamw';
import { microBatchSize } from '../engine/training/micro-batch';
import { Trainer } from '../engine/training/trainer';
import { effectiveBatchSize } from '../engine/training/training-arguments';
import { TrainingSession } from '../engine/training/training-session';
import type { MeasuredStep, MeasureStepParams } from '../protocol/training';
import { requireRoom } from './room';
import { trainedWeights } from './trained-weights';
import { argumentsOf, methodOf } from './workspace-run';

/** The first step also maps the weights and gets its memory; where it is shorter than this, a second is measured. */
const LONG_ENOUGH_MS = 10_000;

/**
 * Does a step as a run with these hyperparameters would, and says what it costs. What the tokens are makes no
 * difference to that.
 *
 * @throws the signal's reason when aborted, {CheckpointError} when the model cannot be used, {TrainingError} when there is
 * no room for a run
 */
export async function measureStep(
  { model, hyperparameters, threads, cacheFolder }: MeasureStepParams,
  signal: AbortSignal,
): Promise<MeasuredStep> {
  const base = await openCheckpoint(model);
  const args = argumentsOf(hyperparameters, base.config.n_positions);
  const { block_size: blockSize } = args;
  const room = { model, config: base.config, hyperparameters, blockSize, folder: cacheFolder };
  const activationBytes = await requireRoom(room);
  const weights = trainedWeights(base, '', methodOf(hyperparameters));
  const session = await TrainingSession.create(base, {
    method: weights.method,
    cacheFolder,
    ...(threads === undefined ? {} : { threads }),
  });
  try {
    const parameters = await weights.fresh(session, args.seed);
    const trainer = new Trainer(session, parameters, newAdamWState(parameters), {
      arguments: args,
      totalSteps: 2,
      microBatchSize: microBatchSize(base.config, blockSize, activationBytes),
    });
    const token = (index: number) => index % base.config.vocab_size;
    const blocks = Array.from({ length: effectiveBatchSize(args) }, (_, row) =>
      Int32Array.from({ length: args.block_size }, (_, i) => token(row * args.block_size + i)),
    );
    const timed = async () => {
      const start = performance.now();
      await trainer.step(blocks, signal);
      return performance.now() - start;
    };
    const first = await timed();
    const milliseconds = first > LONG_ENOUGH_MS ? first : await timed();
    const peak_bytes = process.resourceUsage().maxRSS * 1024;
    return { seconds: milliseconds / 1000, peak_bytes, block_size: args.block_size };
  } finally {
    await session.release();
  }
}
