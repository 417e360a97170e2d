import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readTensor } from '../engine/checkpoint/read-tensor';
import { readSafetensorsHeader } from '../engine/checkpoint/safetensors';
import { writeSafetensors } from '../engine/checkpoint/safetensors-writer';
import { writeWholeFile } from '../engine/checkpoint/whole-file';
import { writeWholeFolder } from '../engine/checkpoint/whole-folder';
import type { AdamWState } from '../engine/training/adamw';
import { TrainingError } from './training-error';

/** Where a run stands, beside its weights: everything that the next step depends on. */
export interface TrainingState {
  readonly step: number;
  /** What must be the same when the run goes on: model, texts, arguments, method. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** Blocks computed at once: sums are rounded in another order with another number. */
  readonly micro_batch_size: number;
  readonly eval_loss_before?: number | undefined;
}

const stateSchema = z.object({
  step: z.int().positive(),
  identity: z.record(z.string(), z.unknown()),
  micro_batch_size: z.int().positive(),
  eval_loss_before: z.number().optional(),
});

const STATE_FILE = 'trainer_state.json';
const OPTIMIZER_FILE = 'optimizer.safetensors';
const FOLDER_NAME = /^checkpoint-(\d+)$/;

/** Writes the weights of a checkpoint into an empty folder, as Hugging Face lays them out. */
export type WriteWeights = (folder: string) => Promise<void>;

/**
 * Writes `checkpoint-<step>`, whole or not at all, then deletes all but the newest `limit`.
 *
 * @returns The folder.
 */
export async function saveTrainingCheckpoint(
  output: string,
  state: TrainingState,
  optimizer: AdamWState,
  writeWeights: WriteWeights,
  limit: number,
): Promise<string> {
  const folder = join(output, `checkpoint-${state.step}`);
  const write = async (temporary: string) => {
    await writeWeights(temporary);
    const moments = [...optimizer.moments].flatMap(([name, { first, second }]) => [
      { name: `first.${name}`, shape: [first.length], data: first },
      { name: `second.${name}`, shape: [second.length], data: second },
    ]);
    await writeSafetensors(join(temporary, OPTIMIZER_FILE), moments);
    const text = `${JSON.stringify(state, null, 2)}\n`;
    await writeWholeFile(join(temporary, STATE_FILE), (file) => file.writeFile(text));
  };
  await writeWholeFolder(folder, write, { overwrite: true });
  const older = (await trainingCheckpoints(output)).slice(Math.max(1, limit));
  // On Windows a virus scanner may have one open for a moment.
  for (const { folder: old } of older) await rm(old, { recursive: true, force: true, maxRetries: 5 });
  return folder;
}

/** Where a checkpoint lies. */
export interface TrainingCheckpoint {
  readonly folder: string;
  readonly step: number;
}

/** The checkpoints of a run, the newest first. */
export async function trainingCheckpoints(output: string): Promise<readonly TrainingCheckpoint[]> {
  const names = await readdir(output).catch(() => []);
  return names
    .flatMap((name) => {
      const step = FOLDER_NAME.exec(name)?.[1];
      return step === undefined ? [] : [{ folder: join(output, name), step: Number(step) }];
    })
    .sort((a, b) => b.step - a.step);
}

/** @throws {TrainingError} checkpoint-broken */
export async function readTrainingState(folder: string): Promise<TrainingState> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(join(folder, STATE_FILE), 'utf8')));
  } catch (error) {
    throw new TrainingError('checkpoint-broken', join(folder, STATE_FILE), reason(error));
  }
}

/** @throws {TrainingError} checkpoint-broken */
export async function readOptimizer(folder: string, steps: number, names: Iterable<string>): Promise<AdamWState> {
  const file = join(folder, OPTIMIZER_FILE);
  try {
    const places = await readSafetensorsHeader(file);
    const read = (name: string) => {
      const place = places.get(name);
      if (place === undefined) throw new Error(`no ${name}`);
      return readTensor(place);
    };
    const moments = new Map<string, { first: Float32Array; second: Float32Array }>();
    for (const name of names) {
      moments.set(name, { first: await read(`first.${name}`), second: await read(`second.${name}`) });
    }
    return { moments, steps };
  } catch (error) {
    throw new TrainingError('checkpoint-broken', file, reason(error));
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
