// A training step against PyTorch and Hugging Face's Trainer on the same weights: npm run bench:training -- --help
import { join } from 'node:path';
import { Command } from 'commander';
import { number } from '../../src/cli/options';
import { seededRandom } from '../../src/engine/inference/random';
import { bundleChild } from './bundle-child';
import { BENCH_CACHE } from './completion-models';
import { Conversation } from './conversation';
import { describeMachine, thisMachine } from './machine';
import { withJoules } from './processor-energy';
import { RINNA_SHAPES, randomGpt2Folder } from './random-gpt2';
import { interleaved } from './repetitions';
import { CASES, type TrainingCase } from './training-cases';
import {
  BENCH_LORA,
  closedSchema,
  isOurs,
  OURS,
  openedSchema,
  stepSchema,
  type TrainerName,
  type TrainingMeasurement,
  type TrainingRequest,
} from './training-measurement';
import { type MeasuredCase, trainingTable } from './training-table';

interface Options {
  readonly repetitions: number;
  readonly threads: number;
  readonly dropout: number;
  readonly blockSize: number;
  readonly only: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

const { TSUZUKI_PYTHON: python } = process.env;
const VOCABULARY = 32_000;
/** How far losses on the same weights and data may lie apart, relatively. */
const TOLERANCE: Readonly<Record<TrainerName, number>> = {
  Tsuzuki: 0,
  // Weights rounded to 8 bits are not the same weights.
  'Tsuzuki int8': 1e-2,
  'PyTorch fp32': 1e-4,
  // It evaluates in fp32 as well: autocast is for its steps.
  'PyTorch bf16': 1e-4,
  'HF Trainer': 1e-4,
};

const count = (maximum: number) => number({ minimum: 1, maximum, integer: true });
void new Command('bench:training')
  .description(
    'Optimiser steps of Tsuzuki and, where TSUZUKI_PYTHON names a Python with torch, transformers and peft, of those',
  )
  .option('--repetitions <n>', 'measured steps of each trainer, in turn, after one that is not', count(99), 3)
  .option('--threads <n>', 'of each trainer', count(256), 1)
  .option(
    '--dropout <p>',
    'of attention, embeddings and residuals, for all',
    number({ minimum: 0, maximum: 0.9, integer: false }),
    0.1,
  )
  .option('--block-size <n>', 'tokens of a block', number({ minimum: 2, maximum: 1024, integer: true }), 128)
  .option('--only <text>', 'cases whose name begins so, such as "small full"', '')
  .option('--all', 'large cases too: 20 GB of memory')
  .option('--json', 'every single measurement too')
  .action(main)
  .parseAsync();

async function main(options: Options): Promise<void> {
  const machine = thisMachine();
  const child = await bundleChild(join(import.meta.dirname, 'training-child.ts'));
  const cases: MeasuredCase[] = [];
  for (const one of CASES) {
    if ((one.large && options.all !== true) || !one.name.startsWith(options.only)) continue;
    const measurements = await measureCase(one, options, child);
    requireSameLoss(one, measurements);
    cases.push({ name: one.name, tokens: one.batch * options.blockSize, measurements });
  }
  if (options.json === true) {
    const measured = cases.map((one) => ({ ...one, measurements: Object.fromEntries(one.measurements) }));
    process.stdout.write(`${JSON.stringify({ machine, options, cases: measured }, null, 2)}\n`);
    return;
  }
  const { threads, repetitions, blockSize, dropout } = options;
  process.stdout.write(
    `${describeMachine(machine)}; blocks of ${blockSize}, dropout ${dropout}, threads: ${threads}, median of ${repetitions} steps\n\n` +
      `${trainingTable(cases)}\n`,
  );
}

/** All trainers of a case are opened, then take their steps in turn; the first ones, which touch everything, do not count. */
async function measureCase(
  one: TrainingCase,
  options: Options,
  child: string,
): Promise<Map<TrainerName, TrainingMeasurement>> {
  const request = await trainingRequest(one, options);
  const ours = OURS.slice(0, one.method === 'lora' ? 2 : 1);
  const names: readonly TrainerName[] = [...ours, ...(python === undefined ? [] : one.peers)];
  const environment = { OMP_NUM_THREADS: String(options.threads) };
  const conversations = new Map(
    names.map((name) => {
      const [command, module] = isOurs(name)
        ? [process.execPath, child]
        : [python ?? 'python', join(import.meta.dirname, 'training_peer.py')];
      return [name, new Conversation(command, [module], environment)] as const;
    }),
  );
  const ask = (name: TrainerName, message: unknown) => conversations.get(name)?.ask(message);
  try {
    const losses = new Map<TrainerName, number>();
    for (const name of names) {
      process.stderr.write(`${one.name}: ${name}\n`);
      losses.set(name, openedSchema.parse(await ask(name, { ...request, trainer: name })).loss);
    }
    const steps = await interleaved(names, 1 + options.repetitions, async (name) => {
      const { result, joules } = await withJoules(async () => stepSchema.parse(await ask(name, 'step')));
      return { ...result, joules };
    });
    const measurements = new Map<TrainerName, TrainingMeasurement>();
    for (const [name, conversation] of conversations) {
      const { peakBytes } = closedSchema.parse(await conversation.ask('close'));
      await conversation.end();
      const [, ...measured] = steps.get(name) ?? [];
      measurements.set(name, { loss: losses.get(name) ?? Number.NaN, steps: measured, peakBytes });
    }
    return measurements;
  } finally {
    for (const conversation of conversations.values()) conversation.kill();
  }
}

async function trainingRequest(
  { shape, method, batch }: TrainingCase,
  { threads, dropout, blockSize }: Options,
): Promise<Omit<TrainingRequest, 'trainer'>> {
  const random = seededRandom(0);
  const block = () => Array.from({ length: blockSize }, () => Math.floor(random() * VOCABULARY));
  return {
    folder: await randomGpt2Folder(RINNA_SHAPES[shape], { cacheFolder: BENCH_CACHE }),
    cacheFolder: BENCH_CACHE,
    method,
    lora: BENCH_LORA,
    blocks: Array.from({ length: batch }, block),
    dropout,
    learningRate: 5e-5,
    maxGradNorm: 1,
    threads,
  };
}

/** The numbers must be of the same work. */
function requireSameLoss({ name }: TrainingCase, measurements: ReadonlyMap<TrainerName, TrainingMeasurement>): void {
  const ours = measurements.get('Tsuzuki')?.loss ?? Number.NaN;
  for (const [trainer, { loss }] of measurements) {
    const difference = Math.abs(loss - ours) / ours;
    if (!(difference <= TOLERANCE[trainer])) throw new Error(`${name}: the loss is ${ours}, ${trainer}'s ${loss}`);
  }
}
