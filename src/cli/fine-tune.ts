import { join } from 'node:path';
import { cacheFolder } from '../engine/checkpoint/cache-folder';
import { readConfig } from '../engine/checkpoint/config';
import { LORA_TARGETS, type LoraTarget } from '../engine/checkpoint/lora-modules';
import type { WeightDecayOf } from '../engine/training/adamw';
import { defaultMethod } from '../engine/training/default-method';
import type { LrSchedulerType } from '../engine/training/learning-rate';
import { WALK_THROUGH } from '../engine/training/training-arguments';
import type { BaseDtype } from '../engine/training/training-session';
import type { TrainingEvent } from '../protocol/training';
import { yieldToWriting } from '../trainer/background-priority';
import { fineTune as runFineTuning } from '../trainer/fine-tune';
import type { RequestedMethod } from '../trainer/request';
import { EXIT } from './exit-code';
import { ProgressLine } from './progress-line';

/** Options of `tsuzuki fine-tune`, named as commander names them. */
export interface FineTuneOptions {
  readonly model: string;
  readonly data: readonly string[];
  readonly evalData?: readonly string[];
  readonly output: string;
  readonly method?: 'lora' | 'full';
  readonly blockSize: number;
  readonly numTrainEpochs: number;
  readonly maxSteps: number;
  readonly perDeviceTrainBatchSize: number;
  readonly gradientAccumulationSteps: number;
  readonly learningRate: number;
  readonly lrSchedulerType: LrSchedulerType;
  readonly warmupSteps: number;
  readonly weightDecay: number;
  readonly weightDecayOf: WeightDecayOf;
  readonly maxGradNorm: number;
  readonly saveSteps: number;
  readonly saveTotalLimit: number;
  readonly loggingSteps: number;
  readonly loggingDir?: string;
  readonly loraR: number;
  readonly loraAlpha: number;
  readonly loraDropout: number;
  readonly baseDtype: BaseDtype;
  readonly loraTarget?: readonly LoraTarget[];
  readonly fromAdapter?: string;
  readonly seed: number;
  readonly threads?: number;
  readonly overwriteOutputDir?: boolean;
  readonly resume?: boolean;
  readonly json?: boolean;
}

/** `tsuzuki fine-tune`: Ctrl-C or SIGTERM saves a checkpoint and ends; `--resume` goes on from it. */
export async function fineTune(options: FineTuneOptions): Promise<void> {
  const abort = new AbortController();
  const stop = () => abort.abort(new Error('stopped'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  yieldToWriting();

  const progress = new ProgressLine(process.stderr);
  const show = options.json === true ? printJson : (event: TrainingEvent) => progress.show(event);
  // A run of few steps shows each of them.
  let every = options.loggingSteps;
  const last = await runFineTuning(
    {
      model: options.model,
      data: options.data,
      evalData: options.evalData ?? [],
      texts: 'written',
      output: options.output,
      method: await method(options),
      ...(options.fromAdapter !== undefined && { from_adapter: options.fromAdapter }),
      arguments: {
        ...WALK_THROUGH,
        num_train_epochs: options.numTrainEpochs,
        max_steps: options.maxSteps,
        per_device_train_batch_size: options.perDeviceTrainBatchSize,
        gradient_accumulation_steps: options.gradientAccumulationSteps,
        learning_rate: options.learningRate,
        lr_scheduler_type: options.lrSchedulerType,
        warmup_steps: options.warmupSteps,
        weight_decay: options.weightDecay,
        weight_decay_of: options.weightDecayOf,
        max_grad_norm: options.maxGradNorm,
        block_size: options.blockSize,
        seed: options.seed,
      },
      save_steps: options.saveSteps,
      save_total_limit: options.saveTotalLimit,
      logging_dir: options.loggingDir,
      overwrite_output_dir: options.overwriteOutputDir === true,
      resume: options.resume === true,
      threads: options.threads,
      cacheFolder: cacheFolder(),
    },
    {
      signal: abort.signal,
      onEvent: (event) => {
        if (event.type === 'started' && event.total_steps < 200) every = 1;
        if (event.type !== 'step' || event.step % every === 0) show(event);
      },
    },
  );
  process.removeListener('SIGINT', stop);
  process.removeListener('SIGTERM', stop);
  if (last.type === 'stopped') process.exitCode = EXIT.interrupted;
}

async function method(options: FineTuneOptions): Promise<RequestedMethod> {
  const usual = async () => defaultMethod(await readConfig(join(options.model, 'config.json')));
  const chosen = options.method ?? (options.fromAdapter === undefined ? await usual() : 'lora');
  if (chosen === 'full') return { method: 'full' };
  return {
    method: 'lora',
    r: options.loraR,
    lora_alpha: options.loraAlpha,
    lora_dropout: options.loraDropout,
    base_dtype: options.baseDtype,
    target_modules: LORA_TARGETS.filter((target) => options.loraTarget?.includes(target) ?? true),
  };
}

function printJson(event: TrainingEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
