// Quantised completion against llama.cpp and transformers.js on the same weights: npm run bench:peers -- --help
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { markdownTable } from 'markdown-table';
import { number } from '../../src/cli/options';
import { type Checkpoint, openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { QUANTIZATIONS } from '../../src/engine/quantization/dtype';
import { quantizedWeights } from '../../src/engine/quantization/quantized-weights';
import { childMeasurement } from './child-measurement';
import { type CompletionRequest, completionMeasurementSchema, type EngineModel } from './completion-measurement';
import { BENCH_CACHE, embeddedModel, randomMediumModel } from './completion-models';
import { type GgufKind, gpt2Gguf } from './gguf/gpt2-gguf';
import { installLlamaCpp } from './llama-cpp-install';
import { type LossRequest, lossMeasurementSchema } from './loss-measurement';
import { describeMachine, thisMachine } from './machine';
import { addQuantizedExport } from './optimum-folder';
import { type Peer, peersTable } from './peers-table';
import { randomPrompts } from './random-prompts';
import { readBandwidth } from './read-bandwidth';
import { interleaved } from './repetitions';
import { type Rounding, writeRounded } from './rounded-weights';

interface Options {
  readonly repetitions: number;
  readonly threads: readonly number[];
  readonly newTokens: number;
  readonly text?: string;
  readonly tokens: number;
  readonly speed: boolean;
}

type Contestant = Omit<Peer, 'measurements'> & { readonly model: EngineModel };

/** Tokens of what is asked right after loading. */
const FIRST_PROMPT = 8;
const CONTEXTS = [256, 900];

/** As many alternatives as are decoded at once, of a prompt of so many tokens. */
const SIDE_BY_SIDE = { ways: 4, context: 256 } as const;

const count = (maximum: number) => number({ minimum: 1, maximum, integer: true });
const threadCounts = (value: string) => value.split(',').map((one) => count(256)(one));
void new Command('bench:peers')
  .description('Tsuzuki, llama.cpp and transformers.js with weights of 8 and 4 bits, medium shape, the same numbers')
  .option('--repetitions <n>', 'processes for each engine, in turn', count(99), 3)
  .option('--threads <list>', 'a table for each', threadCounts, [1, 2])
  .option('--new-tokens <n>', 'decoded after each prompt', number({ minimum: 2, maximum: 100, integer: true }), 32)
  .option('--text <file>', 'held-out text for the table of quality (default: $TSUZUKI_HELD_OUT)')
  .option('--tokens <n>', 'of it that are scored, about', count(100_000_000), 30_000)
  .option('--no-speed', 'the table of quality alone')
  .action(main)
  .parseAsync();

async function main(options: Options): Promise<void> {
  if (options.speed) {
    const machine = thisMachine();
    const contestants = await makeContestants();
    const bandwidth = readBandwidth();
    process.stdout.write(`${describeMachine(machine)}; one thread reads ${(bandwidth / 1e9).toFixed(1)} GB/s\n`);
    for (const threads of options.threads) {
      process.stdout.write(`\nthreads: ${threads}, median of ${options.repetitions} processes\n\n`);
      process.stdout.write(
        `${peersTable(await race(contestants, threads, options), {
          contexts: CONTEXTS,
          bandwidth,
          sideBySide: { ...SIDE_BY_SIDE, steps: options.newTokens - 1 },
        })}\n`,
      );
    }
  }
  const textFile = options.text ?? process.env.TSUZUKI_HELD_OUT;
  if (textFile !== undefined) process.stdout.write(`\n${await qualityTable(textFile, options.tokens)}\n`);
  else process.stderr.write('no held-out text (--text): the quality is not measured\n');
}

/** Everyone's files of the same weights, made on first use. */
async function makeContestants(): Promise<Contestant[]> {
  const { folders } = await randomMediumModel();
  const checkpoint = await openCheckpoint(folders.tsuzuki);
  const ours = async (dtype: 'int8' | 'int4'): Promise<Contestant> => {
    const { quantized } = await quantizedWeights(checkpoint, QUANTIZATIONS[dtype], { cacheFolder: BENCH_CACHE });
    const weightBytes = [...quantized.values()].reduce(
      (sum, one) => sum + one.codes.byteLength + one.scales.byteLength,
      0,
    );
    const model = { engine: 'tsuzuki', folder: folders.tsuzuki, cacheFolder: BENCH_CACHE, precision: dtype } as const;
    return {
      name: `**Tsuzuki ${dtype}**`,
      engine: 'tsuzuki',
      bits: dtype === 'int8' ? 8 : 4,
      weightBytes,
      model,
    };
  };
  const packages = await installLlamaCpp();
  const llamaCpp = async (kind: GgufKind, bits: 4 | 8): Promise<Contestant> => {
    const file = await gpt2Gguf(checkpoint, kind, BENCH_CACHE);
    const weightBytes = (await stat(file)).size;
    return {
      name: `llama.cpp ${kind}`,
      engine: 'llama.cpp',
      bits,
      weightBytes,
      model: { engine: 'llama.cpp', packages, file },
    };
  };
  const transformersJs = async (dtype: 'q8' | 'q4'): Promise<Contestant> => {
    const quantization = QUANTIZATIONS[dtype === 'q8' ? 'int8' : 'int4'];
    const layout = await quantizedWeights(checkpoint, quantization, { cacheFolder: BENCH_CACHE });
    const folder = folders['transformers.js'];
    await addQuantizedExport(checkpoint, folder, { dtype, layout });
    const model = { engine: 'transformers.js', folder, dtype } as const;
    return {
      name: `transformers.js ${dtype}`,
      engine: 'transformers.js',
      bits: dtype === 'q8' ? 8 : 4,
      weightBytes: layout.size,
      model,
    };
  };
  return [
    await ours('int8'),
    await llamaCpp('q8_0', 8),
    await transformersJs('q8'),
    await ours('int4'),
    await llamaCpp('q4_0', 4),
    await llamaCpp('q4_0, head too', 4),
    await transformersJs('q4'),
  ];
}

async function race(contestants: readonly Contestant[], threads: number, options: Options): Promise<Peer[]> {
  const { newTokens, repetitions } = options;
  const { config } = await randomMediumModel();
  const measure = await childMeasurement<CompletionRequest, typeof completionMeasurementSchema>(
    join(import.meta.dirname, 'completion-child.ts'),
    completionMeasurementSchema,
  );
  // The first prompt finds weights that nobody has touched, the second what is opened for long ones and memory that the
  // system has not given yet; the others measure the pace.
  const prompts = [FIRST_PROMPT, Math.max(...CONTEXTS), ...CONTEXTS].flatMap((promptTokens, i) =>
    randomPrompts(config, { count: i + 1, promptTokens, newTokens }).slice(-1),
  );
  const [prompt = []] = randomPrompts(config, { count: 1, promptTokens: SIDE_BY_SIDE.context, newTokens });
  const sideBySide = { prompt, ways: SIDE_BY_SIDE.ways };
  const byName = new Map(contestants.map((one) => [one.name, one]));
  const measured = await interleaved([...byName.keys()], repetitions, (name) => {
    process.stderr.write(`${name}, threads: ${threads}\n`);
    const model = byName.get(name)?.model;
    if (model === undefined) throw new Error(`no ${name}`);
    return measure({ model, threads, newTokens, prompts, sideBySide });
  });
  return contestants.map((one) => ({ ...one, measurements: measured.get(one.name) ?? [] }));
}

/** What rounding the weights costs the embedded model, everyone scored in 32 bits by the same code. */
async function qualityTable(textFile: string, tokens: number): Promise<string> {
  const roundings: Readonly<Record<string, Rounding>> = {
    'llama.cpp f32': { ggml: 'f32' },
    'Tsuzuki int8': { ours: QUANTIZATIONS.int8 },
    'llama.cpp q8_0': { ggml: 'q8_0' },
    'Tsuzuki int4': { ours: QUANTIZATIONS.int4 },
    'llama.cpp q4_0': { ggml: 'q4_0' },
    'llama.cpp q4_0, head too': { ggml: 'q4_0, head too' },
  };
  const checkpoint: Checkpoint = await openCheckpoint((await embeddedModel()).folders.tsuzuki);
  const score = await childMeasurement<LossRequest, typeof lossMeasurementSchema>(
    join(import.meta.dirname, 'loss-child.ts'),
    lossMeasurementSchema,
  );
  const folder = join(BENCH_CACHE, 'rounded');
  const losses: (readonly [string, number])[] = [];
  for (const [name, rounding] of Object.entries(roundings)) {
    process.stderr.write(`loss of ${name}\n`);
    await writeRounded(checkpoint, rounding, { folder, cacheFolder: BENCH_CACHE });
    const { nats, predicted } = await score({ folder, cacheFolder: BENCH_CACHE, precision: 'fp32', textFile, tokens });
    losses.push([name, nats / predicted]);
  }
  await rm(folder, { recursive: true });
  const [[, reference] = ['', Number.NaN]] = losses;
  const rows = losses.map(([name, loss]) => [name, loss.toFixed(4), `${(100 * (loss / reference - 1)).toFixed(2)} %`]);
  return markdownTable([['weights rounded as', 'nats/token', 'loss'], ...rows], { align: ['l', 'r', 'r'] });
}
