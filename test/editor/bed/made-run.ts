import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { writeAdapter } from '../../../src/engine/checkpoint/peft-adapter';
import { MEASURED } from '../../../src/extension/fine-tuning/presets';
import type { RunRecord } from '../../../src/extension/fine-tuning/run-record';
import { randomAdapter } from '../../random-adapter';

/** Where the extension of the bed keeps what fine-tuning makes. */
export function resultsFolder(): string {
  return join(inject('bed').profile.userData, 'User/globalStorage/tsuzuki.tsuzuki/fine-tuning');
}

/** The embedded model of the extension that is installed in the bed. */
export function theInstalledModel(): string {
  const { extensions } = inject('bed').profile;
  const extension = readdirSync(extensions).find((name) => name.startsWith('tsuzuki.'));
  if (extension === undefined) throw new Error(`no extension in ${extensions}`);
  return join(extensions, extension, 'models/tsuzuki-base-ja');
}

type MadeRun = Partial<RunRecord> & Pick<RunRecord, 'name' | 'model'>;

/**
 * Puts a finished run there, whose adapter changes what the model says; the same rank gives the same.
 *
 * @param base Fingerprint of the base model that the adapter names.
 * @returns Its folder.
 */
export async function addMadeRun(id: string, rank: number, record: MadeRun, base?: string): Promise<string> {
  const root = join(resultsFolder(), id);
  mkdirSync(root, { recursive: true });
  const model = join(import.meta.dirname, '../../../models/tsuzuki-base-ja');
  const { config, matrices } = await randomAdapter(model, rank, ['mlp.c_fc']);
  const named = base === undefined ? config : { ...config, base_fingerprint: base };
  await writeAdapter(join(root, 'adapter'), { config: named, matrices });
  const whole: RunRecord = {
    workspace: [],
    preset: 'standard',
    hyperparameters: { ...MEASURED.lora, lora_r: rank, lora_alpha: 2 * rank },
    files: 3,
    training: { characters: 11_000, tokens: 5_500 },
    heldOut: { characters: 1_345, tokens: 700 },
    begun: '2026-11-25T13:00:00.000Z',
    state: { kind: 'finished', at: '2026-11-25T13:10:00.000Z', steps: 86, evalLossBefore: 4.21, evalLossAfter: 3.78 },
    ...record,
  };
  writeFileSync(join(root, 'run.json'), JSON.stringify(whole, null, 2));
  return root;
}
