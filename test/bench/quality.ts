// What suggestions are worth to a simulated writer, with and without fine-tuning: npm run bench:quality -- --help
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { markdownTable } from 'markdown-table';
import { type Evaluation, evaluateTexts } from '../../src/cli/evaluation/evaluate-texts';
import { figuresOf, gainIn, type WritingFigures } from '../../src/cli/evaluation/figures';
import type { WrittenLine } from '../../src/cli/evaluation/simulated-writer';
import { number } from '../../src/cli/options';
import { DTYPES, type Dtype } from '../../src/engine/quantization/dtype';
import { BENCH_CACHE } from './completion-models';
import { FINE_TUNING_CASES } from './fine-tuning-cases';
import { heldOutWorks, type Work } from './held-out-works';
import { describeMachine, thisMachine } from './machine';
import { losses, type QualityBaseline, readBaseline, updateBaseline } from './quality-baseline';
import { CASE_NAMES, type CaseName, qualityCase, type Turn } from './quality-cases';
import { everyCharacterLines, greedyLines, together } from './quality-together';
import { type ModelFolders, type Training, tunedModel } from './tuned-model';

const MODEL = join(import.meta.dirname, '..', '..', 'models', 'tsuzuki-base-ja');

/** The two best ways to train in docs/measurements.md. */
const METHODS = { lora: 'lora r = 16, 4 × 256, 4 epochs', full: 'full, 4 × 256, 4 epochs' } as const;
type Method = keyof typeof METHODS;

interface Options {
  readonly text?: string;
  readonly library: readonly string[];
  readonly case: readonly CaseName[];
  readonly maxCharacters: number;
  readonly alternatives: number;
  readonly everyCharacter?: true;
  readonly threads: number;
  readonly dtype: Dtype;
  readonly method: readonly Method[];
  readonly fineTuning: boolean;
  readonly keep?: string;
  readonly check?: true;
  readonly update?: true;
}

const count = (maximum: number) => number({ minimum: 1, maximum, integer: true });
void new Command('bench:quality')
  .description('keystroke savings on held-out works: the embedded model, and fine-tuned on others of one author')
  .option('--text <file>', 'held-out works, JSON Lines, .xz too (default: $TSUZUKI_HELD_OUT)')
  .option('--library <files...>', 'of the same kind: works to learn from, which the essayists need', [])
  .addOption(
    new Option('--case <names...>', 'what is learnt from and written, see quality-cases.ts')
      .choices(CASE_NAMES)
      .default(['others', 'third']),
  )
  .option('--max-characters <n>', 'of each work, from its beginning', count(100_000_000), 400)
  .option('--alternatives <n>', 'in the second column; 1 leaves it out', count(5), 1)
  .option('--every-character', 'in two more columns: with a look after each character')
  .option('--threads <n>', '', count(256), 1)
  .addOption(new Option('--dtype <type>', 'of the weights that write').choices(DTYPES).default('fp32'))
  .addOption(
    new Option('--method <methods...>', 'of fine-tuning').choices(Object.keys(METHODS)).default(['lora'] as Method[]),
  )
  .option('--no-fine-tuning', 'the embedded model alone')
  .option('--keep <folder>', 'where fine-tuned models stay; those that are there are not trained again')
  .addOption(
    new Option('--check', 'fail when a figure is worse than the baseline by more than noise').conflicts('update'),
  )
  .option('--update', 'make these figures the baseline')
  .action(main)
  .parseAsync();

async function main(options: Options): Promise<void> {
  const file = options.text ?? process.env.TSUZUKI_HELD_OUT;
  if (file === undefined) throw new Error('no held-out works: --text, or TSUZUKI_HELD_OUT');
  const works = await heldOutWorks([file]);
  const library = await heldOutWorks(options.library);
  process.stdout.write(`${describeMachine(thisMachine())}; threads: ${options.threads}, ${options.dtype}, at most `);
  process.stdout.write(`${options.maxCharacters} characters of each work\n\n`);

  const rows: Row[] = [];
  const measured = (found: readonly Row[]) => {
    rows.push(...found);
    for (const row of found) process.stderr.write(`${cells(row).join('  ')}\n`);
  };
  for (const one of options.case) {
    const { name, learntFrom, turns } = qualityCase(one, works, library);
    const untouched = await inTurns(turns, options, async () => ({ model: MODEL }));
    measured([{ name, result: together(untouched) }]);
    const learns = options.fineTuning && turns.every(({ learnt }) => learnt.length > 0);
    for (const method of learns ? options.method : []) {
      const results = await inTurns(turns, options, (turn, scratch) => {
        const output = join(options.keep ?? scratch, `${one}-${turns.indexOf(turn)}-${method}`);
        return tuned(method, turn.learnt, { data: join(scratch, 'texts'), output, threads: options.threads });
      });
      const taught = `fine-tuned (${method}) on ${learntFrom}`;
      const all = { name: `${name}, ${taught}`, result: together(results), before: together(untouched) };
      const each = results.flatMap((result, i) => {
        const [turn, before] = [turns[i], untouched[i]];
        return turn === undefined || before === undefined
          ? []
          : [{ name: `${writtenIn(turn)}, ${taught}`, result, before }];
      });
      measured(each.length === 1 ? [all] : [all, ...each]);
    }
  }
  process.stdout.write(`${tableOf(rows)}\n`);
  await compare(rows, options);
}

/** The work, or the author of several. */
function writtenIn({ written: [work, ...others] }: Turn): string {
  return (others.length === 0 ? work?.title : work?.author) ?? '';
}

/** Lets the works of each turn be written by its own model. */
async function inTurns(
  turns: readonly Turn[],
  options: Options,
  modelOf: (turn: Turn, scratch: string) => Promise<ModelFolders>,
): Promise<Evaluation[]> {
  const results: Evaluation[] = [];
  for (const turn of turns) {
    const scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-bench-quality-'));
    try {
      results.push(await evaluated(turn.written, await modelOf(turn, scratch), options));
    } finally {
      await rm(scratch, { recursive: true });
    }
  }
  return results;
}

async function tuned(
  method: Method,
  works: readonly Work[],
  { data, output, threads }: Omit<Training, 'model'>,
): Promise<ModelFolders> {
  const folders = method === 'full' ? { model: output } : { model: MODEL, adapterFolder: output };
  const weights = method === 'full' ? 'model.safetensors' : 'adapter_model.safetensors';
  if (existsSync(join(output, weights))) return folders;
  const chosen = FINE_TUNING_CASES.find(({ name }) => name === METHODS[method]);
  if (chosen === undefined) throw new RangeError(`no case of fine-tuning is named ${METHODS[method]}`);
  await mkdir(data, { recursive: true });
  for (const { id, text } of works) await writeFile(join(data, `${id}.txt`), text);
  return (await tunedModel(chosen, { model: MODEL, data, output, threads })).folders;
}

function evaluated(works: readonly Work[], folders: ModelFolders, options: Options): Promise<Evaluation> {
  const { alternatives, everyCharacter, maxCharacters, threads, dtype } = options;
  return evaluateTexts(
    works.map(({ text }) => text),
    {
      ...folders,
      alternatives,
      everyCharacter,
      maxCharacters,
      threads,
      cacheFolder: BENCH_CACHE,
      precision: dtype,
      prefillChunk: 128,
    },
  );
}

/** One line of the table; fine-tuned where it has a `before`. */
interface Row {
  readonly name: string;
  readonly result: Evaluation;
  readonly before?: Evaluation;
}

function tableOf(rows: readonly Row[]): string {
  const columns = ['characters', 'keystroke savings', 'gain', '… best of several', '… every character', 'gain'];
  const others = ['acceptance rate', 'mean accepted characters', 'bits per character', 'ms per suggestion'];
  const titles = ['', ...columns, ...others, 'nothing to show'];
  return markdownTable([titles, ...rows.map(cells)], { align: ['l', ...titles.slice(1).map(() => 'r')] });
}

function cells({ name, result, before }: Row): string[] {
  const lines = greedyLines(result);
  const greedy = figuresOf(lines);
  const alternatives = result.texts.flatMap((text) => text.alternatives ?? []);
  const everyCharacter = everyCharacterLines(result);
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
    before === undefined ? '' : percent(gainIn(greedyLines(before), lines)),
    alternatives.length === 0 ? '–' : percent(figuresOf(alternatives)),
    everyCharacter.length === 0 ? '–' : percent(figuresOf(everyCharacter)),
    before === undefined || everyCharacter.length === 0
      ? ''
      : percent(gainIn(everyCharacterLines(before), everyCharacter)),
    `${(100 * greedy.acceptance_rate).toFixed(1)} %`,
    greedy.mean_accepted_characters.toFixed(2),
    result.bits_per_character.toFixed(4),
    result.ms_per_suggestion.toFixed(1),
    `${causes.join(', ') || 0} of ${empty + greedy.suggestions}`,
  ];
}

function savingsOn(lines: readonly WrittenLine[]): Pick<WritingFigures, 'keystroke_savings' | 'standard_error'> {
  const { keystroke_savings, standard_error } = figuresOf(lines);
  return { keystroke_savings, standard_error };
}

async function compare(rows: readonly Row[], { check, update }: Options): Promise<void> {
  const measured: QualityBaseline = Object.fromEntries(
    rows.map(({ name, result }) => {
      const savings = savingsOn(greedyLines(result));
      const everyCharacter = everyCharacterLines(result);
      const { bits_per_character } = result;
      return [
        name,
        {
          ...savings,
          bits_per_character,
          ...(everyCharacter.length > 0 && { every_character: savingsOn(everyCharacter) }),
        },
      ];
    }),
  );
  if (update === true) await updateBaseline(measured);
  if (check !== true) return;
  const found = losses(await readBaseline(), measured);
  process.stdout.write(found.length === 0 ? '\nnothing lost\n' : `\nlost:\n${found.join('\n')}\n`);
  if (found.length > 0) process.exitCode = 1;
}
