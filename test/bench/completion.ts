// Completion against transformers.js on the same weights: npm run bench:completion -- --help
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { number } from '../../src/cli/options';
import { childMeasurement } from './child-measurement';
import {
  type CompletionMeasurement,
  type CompletionRequest,
  completionMeasurementSchema,
  type EngineModel,
} from './completion-measurement';
import { BENCH_CACHE, type BenchModel, embeddedModel, randomMediumModel } from './completion-models';
import {
  COMPARED,
  type ComparedEngine,
  type ComparedModel,
  completionFigures,
  completionTable,
} from './completion-table';
import { describeMachine, thisMachine } from './machine';
import { randomPrompts } from './random-prompts';
import { interleaved } from './repetitions';

interface Options {
  readonly repetitions: number;
  readonly threads: number;
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly json?: boolean;
}

const MODELS = [embeddedModel, randomMediumModel];
/** The first request finds weights that nobody has touched; the others measure the pace. */
const REQUESTS = 3;

const count = (maximum: number) => number({ minimum: 1, maximum, integer: true });
void new Command('bench:completion')
  .description('Tsuzuki and transformers.js, fp32 on the CPU, the same weights, prompts and threads')
  .option('--repetitions <n>', 'processes for each engine, in turn', count(99), 3)
  .option('--threads <n>', 'as the sidecar has by default', count(256), Math.max(1, availableParallelism() - 1))
  .option('--prompt-tokens <n>', 'fewer where the model has no room for more', count(100_000), 256)
  .option('--new-tokens <n>', 'at least 2', number({ minimum: 2, maximum: 1000, integer: true }), 50)
  .option('--json', 'every single measurement too')
  .action(main)
  .parseAsync();

async function main(options: Options): Promise<void> {
  const machine = thisMachine();
  const measure = await childMeasurement<CompletionRequest, typeof completionMeasurementSchema>(
    join(import.meta.dirname, 'completion-child.ts'),
    completionMeasurementSchema,
  );
  const compared: ComparedModel[] = [];
  const measurements: Record<string, Record<string, readonly CompletionMeasurement[]>> = {};
  for (const makeModel of MODELS) {
    const model = await makeModel();
    const prompts = randomPrompts(model.config, { ...options, count: REQUESTS });
    const results = await interleaved(COMPARED, options.repetitions, (engine) => {
      process.stderr.write(`${model.name}: ${engine}\n`);
      const { threads, newTokens } = options;
      return measure({ model: asWanted(model, engine), threads, newTokens, prompts });
    });
    requireSameTokens(model, [...results.values()].flat());
    measurements[model.name] = Object.fromEntries(results);
    const promptTokens = prompts[0]?.length ?? 0;
    const figures = (engine: ComparedEngine) => completionFigures(results.get(engine) ?? [], promptTokens);
    compared.push({
      name: model.name,
      promptTokens,
      newTokens: options.newTokens,
      figures: { tsuzuki: figures('tsuzuki'), 'transformers.js': figures('transformers.js') },
    });
  }
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ machine, options, models: compared, measurements }, null, 2)}\n`);
    return;
  }
  const { threads, repetitions } = options;
  process.stdout.write(
    `${describeMachine(machine)}; fp32, threads: ${threads}, median of ${repetitions} processes\n\n`,
  );
  process.stdout.write(`${completionTable(compared)}\n\nThe same tokens came from both.\n`);
}

function asWanted({ folders }: BenchModel, engine: ComparedEngine): EngineModel {
  const folder = folders[engine];
  return engine === 'tsuzuki'
    ? { engine, folder, cacheFolder: BENCH_CACHE, precision: 'fp32' }
    : { engine, folder, dtype: 'fp32' };
}

/** The numbers must be of the same work. */
function requireSameTokens({ name }: BenchModel, measurements: readonly CompletionMeasurement[]): void {
  const continuations = measurements.map((one) => JSON.stringify(one.continuations.map(({ ids }) => ids)));
  const different = new Set(continuations);
  if (different.size !== 1) throw new Error(`${name}: the greedy continuations differ:\n${[...different].join('\n')}`);
}
