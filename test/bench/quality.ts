// What suggestions are worth to a simulated writer, with and without fine-tuning: npm run bench:quality -- --help
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { markdownTable } from 'markdown-table';
import { type Evaluation, evaluateTexts } from '../../src/cli/evaluation/evaluate-texts';
import { figuresOf, gainIn, type WritingFigures } from '../../src/cli/evaluation/figures';
import { number } from '../../src/cli/options';
import { BENCH_CACHE } from './completion-models';
import { FINE_TUNING_CASES } from './fine-tuning-cases';
import { heldOutWorks, type Work } from './held-out-works';
import { describeMachine, thisMachine } from './machine';
import { losses, type QualityBaseline, readBaseline, updateBaseline } from './quality-baseline';
import { type ModelFolders, tunedModel } from './tuned-model';

const MODEL = join(import.meta.dirname, '..', '..', 'models', 'tsuzuki-base-ja');

/** The author whose works are learnt from and written; the training data of the embedded model has none of them. */
const AUTHOR = '新美南吉';
/** Every third of their works is written, the others are learnt from. */
const HELD_OUT_EVERY = 3;
/** Of the other authors, every so many works. */
const SAMPLE_EVERY = 8;
/** The two best ways to train in docs/measurements.md. */
const METHODS = { lora: 'lora r = 16, 4 × 256, 4 epochs', full: 'full, 4 × 256, 4 epochs' } as const;
type Method = keyof typeof METHODS;

interface Options {
  readonly text?: string;
  readonly maxCharacters: number;
  readonly alternatives: number;
  readonly threads: number;
  readonly method?: readonly Method[];
  readonly only?: string;
  readonly fineTuning: boolean;
  readonly adapter?: string;
  readonly check?: true;
  readonly update?: true;
}

const count = (maximum: number) => number({ minimum: 1, maximum, integer: true });
void new Command('bench:quality')
  .description('keystroke savings on held-out works: the embedded model, and fine-tuned on others of one author')
  .option('--text <file>', 'held-out works, JSON Lines, .xz too (default: $TSUZUKI_HELD_OUT)')
  .option('--max-characters <n>', 'of each work, from its beginning', count(100_000_000), 400)
  .option('--alternatives <n>', 'in the second column; 1 leaves it out', count(5), 1)
  .option('--threads <n>', '', count(256), 1)
  .addOption(new Option('--method <methods...>', 'of fine-tuning (default: lora)').choices(Object.keys(METHODS)))
  .option('--no-fine-tuning', 'the embedded model alone')
  .option('--only <text>', 'rows whose name has this')
  .option('--adapter <folder>', 'LoRA, fine-tuned before on the same works, in place of training it')
  .addOption(
    new Option('--check', 'fail when a figure is worse than the baseline by more than noise').conflicts('update'),
  )
  .option('--update', 'make these figures the baseline')
  .action(main)
  .parseAsync();

async function main(options: Options): Promise<void> {
  const file = options.text ?? process.env.TSUZUKI_HELD_OUT;
  if (file === undefined) throw new Error('no held-out works: --text, or TSUZUKI_HELD_OUT');
  const works = await heldOutWorks(file);
  const own = works.filter(({ author }) => author === AUTHOR);
  const others = works.filter(({ author }) => author !== AUTHOR);
  const sample = others.filter((_, i) => i % SAMPLE_EVERY === 0);
  const isWritten = (_: Work, i: number) => i % HELD_OUT_EVERY === HELD_OUT_EVERY - 1;
  const written = own.filter(isWritten);
  const learnt = own.filter((work, i) => !isWritten(work, i));
  process.stdout.write(`${describeMachine(thisMachine())}; threads: ${options.threads}, fp32, at most `);
  process.stdout.write(`${options.maxCharacters} characters of each work\n\n`);

  const results = new Map<string, Evaluation>();
  const measure = async (name: string, texts: readonly Work[], folders: ModelFolders) => {
    if (!name.includes(options.only ?? '')) return;
    process.stderr.write(`${name}\n`);
    const result = await evaluated(texts, folders, options);
    results.set(name, result);
    process.stderr.write(`${row(name, result, undefined).join('  ')}\n`);
  };
  const base = `${AUTHOR}, ${written.length} works`;
  await measure(`embedded, ${sample.length} works of others`, sample, { model: MODEL });
  await measure(base, written, { model: MODEL });
  const scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-bench-quality-'));
  try {
    for (const method of options.fineTuning ? (options.method ?? (['lora'] as const)) : []) {
      const folders = await tuned(method, learnt, scratch, options);
      await measure(`${base}, fine-tuned (${method}) on ${learnt.length} others`, written, folders);
    }
  } finally {
    await rm(scratch, { recursive: true });
  }
  process.stdout.write(`${tableOf(results, results.get(base))}\n`);
  await compare(results, options);
}

async function tuned(method: Method, works: readonly Work[], scratch: string, options: Options): Promise<ModelFolders> {
  if (method === 'lora' && options.adapter !== undefined) return { model: MODEL, adapterFolder: options.adapter };
  const chosen = FINE_TUNING_CASES.find(({ name }) => name === METHODS[method]);
  if (chosen === undefined) throw new RangeError(`no case of fine-tuning is named ${METHODS[method]}`);
  const [data, output] = [join(scratch, 'texts'), join(scratch, method)];
  await mkdir(data, { recursive: true });
  for (const { id, text } of works) await writeFile(join(data, `${id}.txt`), text);
  const { folders } = await tunedModel(chosen, { model: MODEL, data, output, threads: options.threads });
  return folders;
}

function evaluated(works: readonly Work[], folders: ModelFolders, options: Options): Promise<Evaluation> {
  const { alternatives, maxCharacters, threads } = options;
  return evaluateTexts(
    works.map(({ text }) => text),
    {
      ...folders,
      alternatives,
      maxCharacters,
      threads,
      cacheFolder: BENCH_CACHE,
      precision: 'fp32',
      prefillChunk: 128,
    },
  );
}

const greedyLines = (result: Evaluation) => result.texts.flatMap(({ greedy }) => greedy);

function tableOf(results: ReadonlyMap<string, Evaluation>, base: Evaluation | undefined): string {
  const columns = ['characters', 'keystroke savings', '… best of several', 'gain', 'acceptance rate'];
  const others = ['mean accepted characters', 'bits per character', 'ms per suggestion', 'nothing to show'];
  const rows = [...results].map(([name, result]) => row(name, result, name.includes('fine-tuned') ? base : undefined));
  return markdownTable([['', ...columns, ...others], ...rows], { align: ['l', ...Array<'r'>(9).fill('r')] });
}

function row(name: string, result: Evaluation, base: Evaluation | undefined): string[] {
  const lines = greedyLines(result);
  const greedy = figuresOf(lines);
  const alternatives = result.texts.flatMap((text) => text.alternatives ?? []);
  const percent = ({
    keystroke_savings: savings,
    standard_error,
  }: Pick<WritingFigures, 'keystroke_savings' | 'standard_error'>) =>
    `${(100 * savings).toFixed(2)} ± ${(100 * standard_error).toFixed(2)} %`;
  const empty = Object.values(result.empty).reduce((sum, one) => sum + one, 0);
  const causes = Object.entries(result.empty).map(([cause, times]) => `${cause} ${times}`);
  return [
    name,
    lines.reduce((sum, { characters }) => sum + characters, 0).toLocaleString('en'),
    percent(greedy),
    alternatives.length === 0 ? '–' : percent(figuresOf(alternatives)),
    base === undefined ? '' : percent(gainIn(greedyLines(base), lines)),
    `${(100 * greedy.acceptance_rate).toFixed(1)} %`,
    greedy.mean_accepted_characters.toFixed(2),
    result.bits_per_character.toFixed(4),
    result.ms_per_suggestion.toFixed(1),
    `${causes.join(', ') || 0} of ${empty + greedy.suggestions}`,
  ];
}

async function compare(results: ReadonlyMap<string, Evaluation>, { check, update }: Options): Promise<void> {
  const measured: QualityBaseline = Object.fromEntries(
    [...results].map(([name, result]) => {
      const { keystroke_savings, standard_error } = figuresOf(greedyLines(result));
      return [name, { keystroke_savings, standard_error, bits_per_character: result.bits_per_character }];
    }),
  );
  if (update === true) await updateBaseline(measured);
  if (check !== true) return;
  const found = losses(await readBaseline(), measured);
  process.stdout.write(found.length === 0 ? '\nnothing lost\n' : `\nlost:\n${found.join('\n')}\n`);
  if (found.length > 0) process.exitCode = 1;
}
