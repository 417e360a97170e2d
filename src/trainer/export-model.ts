import { requireBaseOf } from '../engine/checkpoint/adapter-base';
import { openCheckpoint } from '../engine/checkpoint/checkpoint';
import { isDiskFull } from '../engine/checkpoint/disk-full';
import { mergedTensors } from '../engine/checkpoint/merge-adapter';
import { writeModelFolder } from '../engine/checkpoint/model-folder';
import { openAdapter, writeAdapter } from '../engine/checkpoint/peft-adapter';
import type { WholeFolderOptions } from '../engine/checkpoint/whole-folder';
import type { ExportModelParams } from '../protocol/made-models';
import { TrainingError } from './training-error';

export interface ExportObserver {
  /** Told how much is done, from 0 to 1. */
  readonly onProgress: (share: number) => void;
  /** Aborting ends the export within one tensor; nothing is left of it then. */
  readonly signal: AbortSignal;
}

/** What is exported, and whether it may replace what lies there. */
export type ModelExport = ExportModelParams & Pick<WholeFolderOptions, 'overwrite'>;

/**
 * Writes what was made by fine-tuning to a folder of its own, which others see whole or not at all.
 *
 * @throws {CheckpointError} when base or adapter cannot be used, or the folder is taken; {TrainingError} export-disk-full;
 * the signal's reason when aborted
 */
export async function exportModel(params: ModelExport, observer: ExportObserver): Promise<void> {
  try {
    await write(params, observer);
  } catch (error) {
    if (isDiskFull(error)) throw new TrainingError('export-disk-full', params.output, error.message);
    throw error;
  }
}

async function write(
  { form, model, adapter, output, overwrite = false }: ModelExport,
  { onProgress, signal }: ExportObserver,
): Promise<void> {
  const base = await openCheckpoint(model);
  const opened = await openAdapter(adapter, base.config, model);
  await requireBaseOf(opened, adapter, base);
  signal.throwIfAborted();
  if (form === 'adapter') return writeAdapter(output, opened, { overwrite });

  const merged = mergedTensors(base, opened);
  let done = 0;
  const tensors = async (name: string) => {
    signal.throwIfAborted();
    const tensor = await merged(name);
    onProgress(++done / base.tensors.size);
    return tensor;
  };
  await writeModelFolder(output, { base, tensors, overwrite });
}
