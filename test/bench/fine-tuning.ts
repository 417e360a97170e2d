// What fine-tuning does for texts that the model has never seen: npm run bench:fine-tuning -- --help
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { markdownTable } from 'markdown-table';
import { number } from '../../src/cli/options';
import { LanguageModel } from '../../src/engine/inference/language-model';
import { type Score, scoreText, totals } from '../../src/engine/inference/score';
import { effectiveBatchSize } from '../../src/engine/training/training-arguments';
import { readManuscripts, writeTexts } from '../../src/trainer/manuscripts';
import { BENCH_CACHE } from './completion-models';
import { FINE_TUNING_CASES, type FineTuningCase } from './fine-tuning-cases';
import { describeMachine, thisMachine } from './machine';
import { type ModelFolders, tunedModel } from './tuned-model';

interface Options {
  readonly model: string;
  readonly manuscripts?: string;
  readonly data?: string;
  readonly heldOut?: string;
  readonly threads: number;
  readonly only?: string;
}

void new Command('bench:fine-tuning')
  .description('held-out loss before and after, for several ways to train')
  .option('--model <folder>', 'Hugging Face folder', join(import.meta.dirname, '..', '..', 'models', 'tsuzuki-base-ja'))
  .option('--manuscripts <folder>', 'files as an author has them: read, and divided, as “Fine-tune on workspace” does')
  .option('--data <folder>', 'texts to train on, UTF-8')
  .option('--held-out <folder>', 'texts to measure on, UTF-8')
  .option('--threads <n>', '', number({ minimum: 1, maximum: 256, integer: true }), 1)
  .option('--only <text>', 'cases whose name has this')
  .action(main)
  .parseAsync();

async function main(given: Options): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-bench-fine-tuning-'));
  try {
    const options = { ...given, ...(await textsOf(given, scratch)) };
    process.stdout.write(`${describeMachine(thisMachine())}; threads: ${options.threads}\n\n`);
    const before = await heldOutScores(options, { model: options.model });
    const columns = ['learning rate', 'steps', 'minutes', 'bits per character', 'change', 'gain in nats per token'];
    const rows = [['', ...columns, 'works that got better']];
    rows.push(['before', '', '', '', before.bitsPerCharacter.toFixed(4), '', '', '']);
    for (const one of FINE_TUNING_CASES.filter(({ name }) => name.includes(options.only ?? ''))) {
      process.stderr.write(`${one.name}\n`);
      rows.push(await rowOf(one, options, before, join(scratch, one.name.replaceAll(/\W+/g, '-'))));
    }
    process.stdout.write(`${markdownTable(rows, { align: ['l', 'r', 'r', 'r', 'r', 'r', 'r', 'r'] })}\n`);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

interface Texts {
  readonly data: string;
  readonly heldOut: string;
}

async function textsOf({ model, manuscripts, data, heldOut }: Options, scratch: string): Promise<Texts> {
  if (manuscripts === undefined) {
    if (data === undefined || heldOut === undefined) throw new Error('give --manuscripts, or --data and --held-out');
    return { data, heldOut };
  }
  const names = (await readdir(manuscripts)).sort();
  const files = names.map((name) => ({ path: join(manuscripts, name) }));
  const observer = { onRead: () => undefined, signal: new AbortController().signal };
  const reports = await readManuscripts({ files, model }, observer);
  for (const { path, text, leftOut } of reports) {
    process.stdout.write(`${basename(path)}: ${JSON.stringify(leftOut ?? text)}\n`);
  }
  const chosen = reports.filter(({ leftOut }) => leftOut === undefined).map(({ path }) => ({ path }));
  const written = await writeTexts({ files: chosen, folder: join(scratch, 'texts') });
  if (written.heldOut === undefined) throw new Error(`${manuscripts}: nothing can be held out`);
  return { data: written.training, heldOut: written.heldOut };
}

type Measured = Pick<Options, 'model' | 'threads'> & Texts;

interface Scores {
  readonly bitsPerCharacter: number;
  /** Natural logarithms of the probabilities of each text's tokens. */
  readonly logProbabilities: readonly (readonly number[])[];
}

async function rowOf(one: FineTuningCase, options: Measured, before: Scores, output: string): Promise<string[]> {
  const { arguments: args } = one;
  const start = performance.now();
  const { model, data, threads } = options;
  const { last, folders } = await tunedModel(one, { model, data, output, threads });
  const minutes = (performance.now() - start) / 60_000;
  const after = await heldOutScores(options, folders);
  const gains = after.logProbabilities.map((text, i) =>
    text.map((one, t) => one - (before.logProbabilities[i]?.[t] ?? 0)),
  );
  const better = gains.filter((text) => mean(text) > 0).length;
  return [
    one.name,
    args.learning_rate.toExponential(),
    `${last.type === 'finished' ? last.step : '–'} of ${effectiveBatchSize(args)} blocks`,
    minutes.toFixed(1),
    after.bitsPerCharacter.toFixed(4),
    `${(100 * (after.bitsPerCharacter / before.bitsPerCharacter - 1)).toFixed(2)} %`,
    `${mean(gains.flat()).toFixed(4)} ± ${standardError(gains.flat()).toFixed(4)}`,
    `${better} of ${gains.length}`,
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the mean, as if tokens were independent. */
function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}

/** Each held-out text by itself, as `tsuzuki score` reads it. */
async function heldOutScores({ heldOut }: Texts, { model: folder, adapterFolder }: ModelFolders): Promise<Scores> {
  const model = await LanguageModel.open(folder, {
    cacheFolder: BENCH_CACHE,
    adapterFolder,
    logitsOf: 'all',
    precision: 'fp32',
    prefillChunk: 128,
  });
  const scores: Score[] = [];
  for (const name of (await readdir(heldOut)).sort()) {
    scores.push(await scoreText(model, await readFile(join(heldOut, name), 'utf8')));
  }
  await model.close();
  const sum = (figure: (score: Score) => number) => scores.reduce((total, one) => total + figure(one), 0);
  const logProbabilities = scores.map(({ log_probs }) => log_probs);
  const { bits_per_character } = totals(
    sum(({ tokens }) => tokens),
    sum(({ log_probs }) => log_probs.length),
    sum(({ characters }) => characters),
    logProbabilities.flat(),
  );
  return { bitsPerCharacter: bits_per_character, logProbabilities };
}
