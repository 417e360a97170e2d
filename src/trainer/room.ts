import { mkdir, statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Gpt2Config, readConfig } from '../engine/checkpoint/config';
import { gpt2Tensors } from '../engine/checkpoint/gpt2-tensors';
import { LORA_TARGETS, loraModules } from '../engine/checkpoint/lora-modules';
import { defaultMethod } from '../engine/training/default-method';
import { ACTIVATION_BYTES, blockBytes } from '../engine/training/micro-batch';
import type { FullHyperparameters, LoraHyperparameters, Method } from '../protocol/training';
import { TrainingError } from './training-error';

/** Node, ONNX Runtime and the tokenizer. */
const PROCESS_BYTES = 150 * 2 ** 20;

/** Of each trained number: itself, its gradient, what a micro-batch adds to that, two moments, and a copy in the graph. */
const BYTES_TRAINED = 6 * 4;

/** Checkpoints of the weights and two moments: two that are kept, one that is being written; and the result. */
const TIMES_ON_DISK = 3 * 3 + 1;

/** What a run needs, in bytes; LoRA is on all modules. */
export interface Need {
  /** Whatever is computed at once. The base is mapped, and must be in memory all the same for a step to be quick. */
  readonly fixed: number;
  /** For each block that is computed at once. */
  readonly block: number;
  /** What it writes. */
  readonly disk: number;
}

/** What decides how many numbers are trained, and how the others lie in memory. */
type TrainedNumbers =
  | Pick<FullHyperparameters, 'method'>
  | Pick<LoraHyperparameters, 'method' | 'lora_r' | 'base_dtype'>;

export function needOf(config: Gpt2Config, method: TrainedNumbers, blockSize: number): Need {
  const all = [...gpt2Tensors(config).values()].reduce(
    (sum, shape) => sum + shape.reduce((product, dim) => product * dim, 1),
    0,
  );
  const block = blockBytes(config, blockSize);
  if (method.method === 'full') {
    return { fixed: PROCESS_BYTES + BYTES_TRAINED * all, block, disk: 4 * TIMES_ON_DISK * all };
  }
  const { lora_r, base_dtype } = method;
  const modules = [...loraModules(config, LORA_TARGETS).values()];
  const linear = modules.reduce((sum, widths) => sum + widths.in * widths.out, 0);
  const trained = modules.reduce((sum, widths) => sum + lora_r * (widths.in + widths.out), 0);
  // In 8 bits a matrix lies there twice, once in each direction.
  const base = base_dtype === 'int8' ? 2 * linear + 4 * (all - linear) : 4 * all;
  return {
    fixed: PROCESS_BYTES + base + BYTES_TRAINED * trained,
    block,
    disk: 4 * TIMES_ON_DISK * trained + (base_dtype === 'int8' ? base : 0),
  };
}

/**
 * Bytes that activations may take: as many as are usual, or fewer where memory is short, so that fewer blocks are computed
 * at once. What the run learns does not depend on it but for rounding.
 *
 * @param memory Bytes that the run may have in all.
 * @returns undefined when there is no room for a single block.
 */
export function activationBytesWithin({ fixed, block }: Need, memory: number): number | undefined {
  const left = memory - fixed;
  return left < block ? undefined : Math.min(left, Math.max(ACTIVATION_BYTES, block));
}

/** What a run would be, for {@link requireRoom}. */
export interface RoomRequest {
  /** Folder of the base model. */
  readonly model: string;
  readonly config: Gpt2Config;
  readonly hyperparameters: TrainedNumbers;
  readonly blockSize: number;
  /** What is written goes here; made if it is not there. */
  readonly folder: string;
}

/**
 * Looks whether a run has room on this machine before it takes any.
 *
 * @returns Bytes that its activations may take.
 * @throws {TrainingError} memory-short, memory-short-for-all, disk-short: how much is missing
 */
export async function requireRoom({ model, config, hyperparameters, blockSize, folder }: RoomRequest): Promise<number> {
  const need = needOf(config, hyperparameters, blockSize);
  const memory = memoryForThisProcess();
  const activations = activationBytesWithin(need, memory);
  if (activations === undefined) {
    const code = hyperparameters.method === 'full' ? 'memory-short-for-all' : 'memory-short';
    throw new TrainingError(code, model, inWords(need.fixed + need.block - memory));
  }
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  const missing = need.disk - bavail * bsize;
  if (missing > 0) throw new TrainingError('disk-short', folder, inWords(missing));
  return activations;
}

/**
 * All of a small model is trained where there is room for that, which brings more, and LoRA otherwise.
 *
 * @throws {CheckpointError} when the model's config.json cannot be read
 */
export async function suitedMethod(model: string): Promise<Method> {
  const config = await readConfig(join(model, 'config.json'));
  if (defaultMethod(config) === 'lora') return 'lora';
  const need = needOf(config, { method: 'full' }, config.n_positions);
  return activationBytesWithin(need, memoryForThisProcess()) === undefined ? 'lora' : 'full';
}

/** What this process may have in all: what it has, and what is free; the limit of a container counts. */
function memoryForThisProcess(): number {
  // macOS keeps next to nothing free: it compresses, and gives back its caches, when somebody asks.
  const free = process.platform === 'darwin' ? totalmem() : freemem();
  const limit = process.constrainedMemory();
  return Math.min(free + process.memoryUsage.rss(), limit > 0 ? limit : totalmem());
}

function inWords(bytes: number): string {
  const mebibytes = Math.ceil(bytes / 2 ** 20);
  return mebibytes < 1000 ? `${mebibytes} MB` : `${(mebibytes / 1024).toFixed(1)} GB`;
}
