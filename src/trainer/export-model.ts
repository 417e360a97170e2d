import { type Checkpoint, openCheckpoint } from '../engine/checkpoint/checkpoint';
import { isDiskFull } from '../engine/checkpoint/disk-full';
import { type FineTuned, openFineTuned } from '../engine/checkpoint/fine-tuned';
import { mergedTensors } from '../engine/checkpoint/merge-adapter';
import { writeModelFolder } from '../engine/checkpoint/model-folder';
import { writeAdapter } from '../engine/checkpoint/peft-adapter';
import { readTensor } from '../engine/checkpoint/read-tensor';
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
 * @throws {CheckpointError} when base or adapter cannot be used, or the folder is taken; {TrainingError} export-disk-full,
 * export-no-adapter; the signal's reason when aborted
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
  const tuned = await openFineTuned(adapter, base);
  signal.throwIfAborted();
  if (form === 'adapter') {
    if (tuned.method === 'full') throw new TrainingError('export-no-adapter', adapter);
    return writeAdapter(output, tuned.adapter, { overwrite });
  }

  const whole = wholeTensors(base, tuned);
  let done = 0;
  const tensors = async (name: string) => {
    signal.throwIfAborted();
    const tensor = await whole(name);
    onProgress(++done / base.tensors.size);
    return tensor;
  };
  await writeModelFolder(output, { base, tensors, overwrite });
}

function wholeTensors(base: Checkpoint, tuned: FineTuned): (name: string) => Promise<Float32Array> {
  if (tuned.method === 'lora') return mergedTensors(base, tuned.adapter);
  const { tensors } = tuned.checkpoint;
  return async (name) => {
    const place = tensors.get(name);
    if (place === undefined) throw new RangeError(`the model has no weight called ${name}`);
    return readTensor(place);
  };
}
