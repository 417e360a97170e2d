// What fewer bits cost and give, on trained weights and on a large shape: npm run bench:quantisation -- --help
import { rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { number } from '../../src/cli/options';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import type { Precision } from '../../src/engine/inference/session-weights';
import { quantizedWeights } from '../../src/engine/quantization/quantized-weights';
import { childMeasurement } from './child-measurement';
import { type CompletionRequest, completionMeasurementSchema } from './completion-measurement';
import { BENCH_CACHE, embeddedModel, randomMediumModel } from './completion-models';
import { completionFigures } from './completion-table';
import { type LossMeasurement, type LossRequest, lossMeasurementSchema } from './loss-measurement';
import { describeMachine, thisMachine } from './machine';
import { quantisationTable, type VariantFigures } from './quantisation-table';
import { VARIANTS } from './quantisation-variants';
import { randomPrompts } from './random-prompts';
import { interleaved } from './repetitions';

const MODELS = { embedded: embeddedModel, medium: randomMediumModel } as const;

interface Options {
  readonly only?: keyof typeof MODELS;
  readonly text?: string;
  readonly tokens: number;
  readonly repetitions: number;
  readonly threads: number;
  readonly promptTokens: number;
  readonly newTokens: number;
}

/** The first request finds weights that nobody has touched; the other measures the pace. */
const REQUESTS = 2;

const count = (maximum: number) => number({ minimum: 1, maximum, integer: true });
void new Command('bench:quantisation')
  .description('loss, speed and memory of weights in 32, 8 and 4 bits')
  .addOption(new Option('--only <model>').choices(Object.keys(MODELS)))
  .option('--text <file>', 'held-out text, plain or JSON Lines (default: $TSUZUKI_HELD_OUT)')
  .option('--tokens <n>', 'of it that are scored, about', count(100_000_000), 30_000)
  .option('--repetitions <n>', 'processes for each figure of speed, in turn', count(99), 3)
  .option('--threads <n>', 'as the sidecar has by default', count(256), Math.max(1, availableParallelism() - 1))
  .option('--prompt-tokens <n>', 'fewer where the model has no room for more', count(100_000), 256)
  .option('--new-tokens <n>', 'at least 2', number({ minimum: 2, maximum: 1000, integer: true }), 50)
  .action(main)
  .parseAsync();

async function main(options: Options): Promise<void> {
  const machine = thisMachine();
  const textFile = options.text ?? process.env.TSUZUKI_HELD_OUT;
  if (textFile === undefined) process.stderr.write('no held-out text (--text): the loss is not measured\n');
  const child = (name: string) => join(import.meta.dirname, `${name}.ts`);
  const complete = await childMeasurement<CompletionRequest, typeof completionMeasurementSchema>(
    child('completion-child'),
    completionMeasurementSchema,
  );
  const score = await childMeasurement<LossRequest, typeof lossMeasurementSchema>(
    child('loss-child'),
    lossMeasurementSchema,
  );
  const { threads, promptTokens, newTokens, repetitions } = options;
  process.stdout.write(`${describeMachine(machine)}; threads: ${threads}, median of ${repetitions} processes\n`);
  for (const makeModel of options.only === undefined ? Object.values(MODELS) : [MODELS[options.only]]) {
    const { name, config, folders } = await makeModel();
    const prompts = randomPrompts(config, { count: REQUESTS, promptTokens, newTokens });
    const files = new Map<string, Pick<VariantFigures, 'fileBytes' | 'importMs'>>();
    for (const variant of VARIANTS) {
      process.stderr.write(`${name}: making ${variant.name}\n`);
      files.set(variant.name, await makeFile(folders.tsuzuki, variant.precision));
    }
    const byName = new Map(VARIANTS.map((variant) => [variant.name, variant.precision]));
    const measured = await interleaved([...byName.keys()], repetitions, (variant) => {
      process.stderr.write(`${name}: ${variant}\n`);
      const precision = byName.get(variant) ?? 'fp32';
      const model = { engine: 'tsuzuki', folder: folders.tsuzuki, cacheFolder: BENCH_CACHE, precision } as const;
      return complete({ model, threads, newTokens, prompts });
    });
    const figures: VariantFigures[] = [];
    for (const { name: variant, precision } of VARIANTS) {
      let loss: LossMeasurement | undefined;
      // Random weights have no loss to lose.
      if (textFile !== undefined && makeModel === MODELS.embedded) {
        process.stderr.write(`${name}: loss of ${variant}\n`);
        const { tokens } = options;
        loss = await score({ folder: folders.tsuzuki, cacheFolder: BENCH_CACHE, precision, textFile, tokens });
      }
      const completion = completionFigures(measured.get(variant) ?? [], prompts[0]?.length ?? 0);
      figures.push({ name: variant, fileBytes: 0, importMs: undefined, ...files.get(variant), completion, loss });
    }
    process.stdout.write(`\n${name} (${prompts[0]?.length} + ${newTokens} tokens)`);
    const predicted = figures[0]?.loss?.predicted;
    process.stdout.write(`${predicted === undefined ? '' : `, loss over ${predicted} tokens`}\n\n`);
    process.stdout.write(`${quantisationTable(figures)}\n`);
  }
}

/** Makes the file of a variant anew, so that it can be timed. */
async function makeFile(folder: string, precision: Precision): Promise<Pick<VariantFigures, 'fileBytes' | 'importMs'>> {
  const checkpoint = await openCheckpoint(folder);
  if (typeof precision === 'string') {
    const files = new Set([...checkpoint.tensors.values()].map(({ file }) => file));
    const sizes = await Promise.all([...files].map(async (file) => (await stat(file)).size));
    return { fileBytes: sizes.reduce((sum, size) => sum + size, 0), importMs: undefined };
  }
  const { file } = await quantizedWeights(checkpoint, precision, { cacheFolder: BENCH_CACHE });
  await rm(file);
  const start = performance.now();
  const { size } = await quantizedWeights(checkpoint, precision, { cacheFolder: BENCH_CACHE });
  return { fileBytes: size, importMs: performance.now() - start };
}
