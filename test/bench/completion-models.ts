import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Checkpoint, openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import type { Gpt2Config } from '../../src/engine/checkpoint/config';
import type { ComparedEngine } from './completion-table';
import { writeOptimumFolder } from './optimum-folder';
import { RINNA_SHAPES, randomGpt2Folder } from './random-gpt2';

/** What can be made again: random weights, exports. Outside the repository. */
export const BENCH_CACHE = join(tmpdir(), 'tsuzuki-bench');

const EMBEDDED_MODEL = join(import.meta.dirname, '../../models/tsuzuki-base-ja');

/** One set of weights, as each engine wants it. */
export interface BenchModel {
  readonly name: string;
  readonly config: Gpt2Config;
  readonly folders: Readonly<Record<ComparedEngine, string>>;
}

/** The embedded model. */
export async function embeddedModel(): Promise<BenchModel> {
  return benchModel(basename(EMBEDDED_MODEL), await openCheckpoint(EMBEDDED_MODEL));
}

/** A model of the shape of rinna/japanese-gpt2-medium with random weights, made on first use (1.3 GB on disk). */
export async function randomMediumModel(): Promise<BenchModel> {
  const folder = await randomGpt2Folder(RINNA_SHAPES.medium, { cacheFolder: BENCH_CACHE });
  // Any tokenizer that fits the vocabulary makes the folder complete: only ids are compared.
  await copyFile(join(EMBEDDED_MODEL, 'spiece.model'), join(folder, 'spiece.model'));
  return benchModel('medium shape, random weights', await openCheckpoint(folder));
}

async function benchModel(name: string, checkpoint: Checkpoint): Promise<BenchModel> {
  const exported = join(BENCH_CACHE, 'optimum', basename(checkpoint.folder));
  await writeOptimumFolder(checkpoint, exported);
  return { name, config: checkpoint.config, folders: { tsuzuki: checkpoint.folder, 'transformers.js': exported } };
}
