import type { TrainingEvent } from '../../src/protocol/training';
import { fineTune } from '../../src/trainer/fine-tune';
import { BENCH_CACHE } from './completion-models';
import type { FineTuningCase } from './fine-tuning-cases';

/** What is trained on what, and where the result goes. */
export interface Training {
  readonly model: string;
  /** Folder of texts, UTF-8. */
  readonly data: string;
  /** New or empty. */
  readonly output: string;
  readonly threads: number;
}

/** A model to open: its folder, and that of an adapter where only one was trained. */
export interface ModelFolders {
  readonly model: string;
  readonly adapterFolder?: string;
}

/** Fine-tunes in one of the ways that are compared; the run's last event, and what came out. */
export async function tunedModel(
  { method, arguments: args }: FineTuningCase,
  { model, data, output, threads }: Training,
): Promise<{ readonly last: TrainingEvent; readonly folders: ModelFolders }> {
  const last = await fineTune(
    {
      model,
      data: [data],
      evalData: [],
      output,
      method,
      arguments: args,
      save_steps: Number.MAX_SAFE_INTEGER,
      save_total_limit: 1,
      logging_dir: undefined,
      overwrite_output_dir: false,
      resume: false,
      threads,
      cacheFolder: BENCH_CACHE,
    },
    { onEvent: () => undefined, signal: new AbortController().signal },
  );
  return { last, folders: method.method === 'full' ? { model: output } : { model, adapterFolder: output } };
}
