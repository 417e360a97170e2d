import { requireBaseOf } from '../engine/checkpoint/adapter-base';
import { openCheckpoint } from '../engine/checkpoint/checkpoint';
import { mergedTensors } from '../engine/checkpoint/merge-adapter';
import { writeModelFolder } from '../engine/checkpoint/model-folder';
import { openAdapter } from '../engine/checkpoint/peft-adapter';

export interface MergeOptions {
  readonly model: string;
  readonly adapter: string;
  readonly output: string;
  readonly overwrite?: boolean;
}

/** `tsuzuki merge`: as PEFT's `merge_and_unload` and `save_pretrained`. */
export async function merge({ model, adapter, output, overwrite = false }: MergeOptions): Promise<void> {
  const base = await openCheckpoint(model);
  const opened = await openAdapter(adapter, base.config, model);
  await requireBaseOf(opened, adapter, base);
  const tensors = mergedTensors(base, opened);
  await writeModelFolder(output, { base, tensors, overwrite });
  process.stdout.write(`${output}\n`);
}
