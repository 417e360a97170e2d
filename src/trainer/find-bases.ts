import { openCheckpoint } from '../engine/checkpoint/checkpoint';
import { CheckpointError } from '../engine/checkpoint/checkpoint-error';
import { openFineTuned } from '../engine/checkpoint/fine-tuned';
import { rememberedFingerprint } from '../engine/checkpoint/remembered-fingerprint';
import type { AdapterToPlace, FindBasesParams, FoundBase } from '../protocol/made-models';

/** Finds the base model of each adapter by the hash of its weights, whatever the folder is called by now. */
export async function findBases({ adapters, cacheFolder }: FindBasesParams): Promise<FoundBase[]> {
  const found: FoundBase[] = [];
  for (const adapter of adapters) found.push(await findBase(adapter, cacheFolder));
  return found;
}

type Fit = 'fits' | Exclude<FoundBase['kind'], 'found'>;

async function findBase({ adapter, models }: AdapterToPlace, cacheFolder: string): Promise<FoundBase> {
  let first: Exclude<Fit, 'fits'> | undefined;
  for (const model of new Set(models)) {
    const fit = await fitOf(adapter, model, cacheFolder);
    if (fit === 'fits') return { kind: 'found', model };
    first ??= fit;
  }
  return { kind: first ?? 'missing' };
}

async function fitOf(adapter: string, model: string, cacheFolder: string): Promise<Fit> {
  const base = await openCheckpoint(model).catch(() => undefined);
  if (base === undefined) return 'missing';
  try {
    await openFineTuned(adapter, base, (checkpoint) => rememberedFingerprint(checkpoint, cacheFolder));
    return 'fits';
  } catch (error) {
    const code = error instanceof CheckpointError ? error.code : undefined;
    return code === 'adapter-mismatch' || code === 'adapter-other-base' ? 'different' : 'broken';
  }
}
