import { resolve } from 'node:path';
import { type Checkpoint, openCheckpoint } from '../engine/checkpoint/checkpoint';
import { isDiskFull } from '../engine/checkpoint/disk-full';
import { checkpointFingerprint } from '../engine/checkpoint/fingerprint';
import { tryLock } from '../engine/machine-lock';
import { openTokenizer } from '../engine/tokenizer/open-tokenizer';
import { newAdamWState } from '../engine/training/adamw';
import { type Block, cutIntoBlocks, encodeDocument } from '../engine/training/blocks';
import { microBatchSize } from '../engine/training/micro-batch';
import { type StepPlan, stepPlan } from '../engine/training/step-plan';
import { DivergedError, Trainer } from '../engine/training/trainer';
import { TrainingSession } from '../engine/training/training-session';
import type { TrainingEvent } from '../protocol/training';
import { type HeldOutText, heldOutText } from './held-out-text';
import { beginOutput, lookAtOutput, publishResult } from './output-folder';
import type { FineTuneRequest } from './request';
import { hasWeights, openStartingWeights, type StartingWeights } from './starting-weights';
import { Stopwatch } from './stopwatch';
import { readTexts, textsFingerprint } from './texts';
import { type TrainedWeights, trainedWeights } from './trained-weights';
import {
  readOptimizer,
  readTrainingState,
  saveTrainingCheckpoint,
  type TrainingCheckpoint,
  type TrainingState,
} from './training-checkpoint';
import { TrainingError } from './training-error';

/** A crash loses at most so much, however far apart save_steps are. */
const SAVE_INTERVAL_MS = 120_000;

export interface FineTuneObserver {
  readonly onEvent: (event: TrainingEvent) => void;
  /** Aborting ends the run within one micro-batch, with a checkpoint to resume from. */
  readonly signal: AbortSignal;
  /** Aborting ends the training after the step under way; the result is evaluated and written as at the end. */
  readonly finish?: AbortSignal;
}

/**
 * Fine-tunes a model on texts: reads, cuts into blocks, steps, saves, and leaves a Hugging Face folder (full) or a PEFT
 * adapter (lora) in `request.output`.
 *
 * @returns The last event: `finished` or `stopped`.
 * @throws {CheckpointError} when the model cannot be used, {TrainingError} when the run cannot begin or go on
 */
export async function fineTune(request: FineTuneRequest, observer: FineTuneObserver): Promise<TrainingEvent> {
  // Two in one folder would take the checkpoints of one another away.
  const release = await tryLock(`output ${resolve(request.output)}`);
  if (release === undefined) throw new TrainingError('already-running', request.output);
  try {
    return await fineTuneAlone(request, observer);
  } finally {
    await release();
  }
}

async function fineTuneAlone(request: FineTuneRequest, observer: FineTuneObserver): Promise<TrainingEvent> {
  const start = await openStart(request, await lookAtOutput(request));
  const log = await beginOutput(request);
  try {
    return await run(request, start, {
      signal: observer.signal,
      finish: observer.finish,
      tell: async (event) => {
        await log.write(event);
        observer.onEvent(event);
        return event;
      },
    });
  } catch (error) {
    if (error instanceof DivergedError) throw new TrainingError('diverged', request.output, error.message);
    if (isDiskFull(error)) throw new TrainingError('disk-full', request.output, error.message);
    throw error;
  } finally {
    await log.close().catch(() => undefined);
  }
}

interface Progress {
  readonly signal: AbortSignal;
  readonly finish: AbortSignal | undefined;
  readonly tell: (event: TrainingEvent) => Promise<TrainingEvent>;
}

/** What a run begins or goes on with. */
interface Start {
  readonly base: Checkpoint;
  readonly blocks: readonly Block[];
  readonly tokens: number;
  readonly heldOut: HeldOutText;
  readonly weights: TrainedWeights;
  /** What was made before, and whose weights it begins with. */
  readonly starting: StartingWeights | undefined;
  readonly newest: TrainingCheckpoint | undefined;
  /** The state in `newest`. */
  readonly resumed: TrainingState | undefined;
  readonly identity: TrainingState['identity'];
}

/** Opens and reads all that is asked for. Nothing is changed in the output folder until that has gone well. */
async function openStart(request: FineTuneRequest, checkpoints: readonly TrainingCheckpoint[]): Promise<Start> {
  const { output, arguments: args } = request;
  const base = await openCheckpoint(request.model);
  if (args.block_size > base.config.n_positions) {
    throw new TrainingError('block-too-long', request.model, `${args.block_size} > ${base.config.n_positions}`);
  }
  const form = request.texts;
  const evalTexts = request.evalData.length === 0 ? [] : await readTexts(request.evalData, { form });
  const texts = await readTexts(request.data, { form, except: evalTexts });
  const blocks = await blocksOf(request, texts);
  const tokens = blocks.reduce((sum, block) => sum + block.length, 0);
  if (tokens < args.block_size) {
    throw new TrainingError('text-too-short', request.data.join(', '), `${tokens} tokens`);
  }
  const heldOut = heldOutText(await openTokenizer(request.model), evalTexts, args.block_size);

  const fingerprint = await checkpointFingerprint(base);
  const [newest] = checkpoints;
  const from = request.from_adapter;
  const starting =
    from !== undefined && (newest === undefined || (await hasWeights(from, request.method)))
      ? await openStartingWeights(from, base, fingerprint, request.method)
      : undefined;
  const method = starting?.method ?? request.method;
  const identity = {
    model: fingerprint,
    texts: textsFingerprint(texts),
    method,
    arguments: args,
    ...(starting && { from_adapter: starting.fingerprint }),
  };
  const weights = trainedWeights(base, fingerprint, method);
  const resumed = newest && (await readTrainingState(newest.folder));
  if (resumed !== undefined) requireSame(resumed.identity, identity, newest?.folder ?? output);
  return { base, blocks, tokens, heldOut, weights, starting, newest, resumed, identity };
}

async function run(
  request: FineTuneRequest,
  { base, blocks, tokens, heldOut, weights, starting, newest, resumed, identity }: Start,
  { signal, finish, tell }: Progress,
): Promise<TrainingEvent> {
  const { threads, cacheFolder, arguments: args } = request;
  const session = await TrainingSession.create(base, {
    method: weights.method,
    cacheFolder,
    ...(threads === undefined ? {} : { threads }),
  });
  try {
    const parameters = await (newest !== undefined
      ? readWeights(weights, newest.folder)
      : starting !== undefined
        ? weights.read(starting.folder)
        : weights.fresh(session, args.seed));
    const optimizer =
      newest === undefined
        ? newAdamWState(parameters)
        : await readOptimizer(newest.folder, newest.step, parameters.keys());
    const plan = stepPlan(blocks, args);
    const rows = resumed?.micro_batch_size ?? microBatchSize(base.config, args.block_size, request.activation_bytes);
    const trainer = new Trainer(session, parameters, optimizer, {
      arguments: args,
      totalSteps: plan.totalSteps,
      microBatchSize: rows,
    });
    await tell({
      type: 'started',
      total_steps: plan.totalSteps,
      steps_per_epoch: plan.stepsPerEpoch,
      blocks: blocks.length,
      tokens,
      micro_batch_size: rows,
      trained_parameters: [...parameters.values()].reduce((sum, data) => sum + data.length, 0),
      resumed_from: optimizer.steps,
    });
    const parts = { request, weights, trainer, plan, heldOut, resumed, identity, rows };
    return await loop(parts, { signal, finish, tell });
  } finally {
    await session.release();
  }
}

interface Run {
  readonly request: FineTuneRequest;
  readonly weights: TrainedWeights;
  readonly trainer: Trainer;
  readonly plan: StepPlan;
  readonly heldOut: HeldOutText;
  readonly resumed: TrainingState | undefined;
  readonly identity: TrainingState['identity'];
  readonly rows: number;
}

async function loop(run: Run, { signal, finish, tell }: Progress): Promise<TrainingEvent> {
  const { request, weights, trainer, plan, heldOut, resumed, identity, rows } = run;
  const { output } = request;
  const { optimizer } = trainer;
  const evalBlocks = heldOut.blocks;
  let savedStep = optimizer.steps;
  let savedAt = performance.now();
  let evalLossBefore = resumed?.eval_loss_before;

  const evaluate = async () => {
    const eval_loss = await trainer.evaluate(evalBlocks, signal);
    const eval_bits_per_character = heldOut.bitsPerCharacter(eval_loss);
    await tell({ type: 'evaluated', step: optimizer.steps, eval_loss, eval_bits_per_character });
    return eval_loss;
  };
  const save = async () => {
    const state: TrainingState = {
      step: optimizer.steps,
      identity,
      micro_batch_size: rows,
      eval_loss_before: evalLossBefore,
    };
    const write = (folder: string) => weights.write(folder, trainer.parameters);
    const folder = await saveTrainingCheckpoint(output, state, optimizer, write, request.save_total_limit);
    savedStep = optimizer.steps;
    savedAt = performance.now();
    return tell({ type: 'saved', step: savedStep, folder });
  };

  try {
    if (evalBlocks.length > 0 && optimizer.steps === 0) evalLossBefore = await evaluate();
    const watch = new Stopwatch();
    let evalLossAfter: number | undefined;
    while (optimizer.steps < plan.totalSteps && (finish?.aborted !== true || optimizer.steps === 0)) {
      evalLossAfter = undefined;
      const blocks = plan.blocksOf(optimizer.steps);
      const { tokens, ...result } = await trainer.step(blocks, signal);
      watch.stepDone(tokens);
      const { tokensPerSecond, secondsPerStep } = watch;
      await tell({
        type: 'step',
        ...result,
        epoch: optimizer.steps / plan.stepsPerEpoch,
        tokens_per_second: tokensPerSecond,
        seconds_left: secondsPerStep * (plan.totalSteps - optimizer.steps),
      });
      const done = optimizer.steps === plan.totalSteps;
      const epochEnd = optimizer.steps % plan.stepsPerEpoch === 0 || done;
      if (epochEnd || optimizer.steps % request.save_steps === 0 || performance.now() - savedAt > SAVE_INTERVAL_MS) {
        await save();
      }
      if (epochEnd && evalBlocks.length > 0) evalLossAfter = await evaluate();
    }
    // Not evaluated yet: a run that was stopped between its last step and this, and one that ends early.
    if (evalBlocks.length > 0) evalLossAfter ??= await evaluate();
    await publishResult(output, (folder) => weights.write(folder, trainer.parameters));
    return await tell({
      type: 'finished',
      step: optimizer.steps,
      folder: output,
      ...(evalLossBefore !== undefined && {
        eval_loss_before: evalLossBefore,
        eval_bits_per_character_before: heldOut.bitsPerCharacter(evalLossBefore),
      }),
      ...(evalLossAfter !== undefined && {
        eval_loss_after: evalLossAfter,
        eval_bits_per_character_after: heldOut.bitsPerCharacter(evalLossAfter),
      }),
    });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    if (optimizer.steps > savedStep) await save();
    return tell({ type: 'stopped', step: optimizer.steps, folder: output });
  }
}

async function blocksOf(
  { model, arguments: { block_size } }: FineTuneRequest,
  texts: Awaited<ReturnType<typeof readTexts>>,
): Promise<Block[]> {
  const tokenizer = await openTokenizer(model);
  const written = texts.filter(({ text }) => text.trim() !== '');
  return cutIntoBlocks(
    written.map(({ text }) => encodeDocument(tokenizer, text)),
    block_size,
  );
}

async function readWeights(weights: TrainedWeights, folder: string) {
  return weights.read(folder).catch((error: unknown) => {
    throw new TrainingError('checkpoint-broken', folder, error instanceof Error ? error.message : String(error));
  });
}

function requireSame(before: TrainingState['identity'], now: TrainingState['identity'], folder: string): void {
  const different = Object.keys(now).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]));
  if (different.length > 0) throw new TrainingError('resume-differs', folder, different.join(', '));
}
