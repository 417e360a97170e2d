// How long a writer waits for ghost text, through the real language server: npm run bench:typing -- --help
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { markdownTable } from 'markdown-table';
import { runCommand } from '../../scripts/editor/command';
import { number } from '../../src/cli/options';
import type { DtypeSetting } from '../../src/protocol/settings';
import { BENCH_CACHE, embeddedModel, randomMediumModel } from './completion-models';
import { describeMachine, thisMachine } from './machine';
import { clausesSchema, keystrokes } from './typing/keystrokes';
import { type Answered, type Typed, Writer } from './typing/writer';

const TYPING = join(import.meta.dirname, 'typing');
const ROOT = join(import.meta.dirname, '../..');
const SAMPLE = join(ROOT, 'sample/umibe.txt');
const MODELS = { embedded: embeddedModel, medium: randomMediumModel } as const;

interface Options {
  readonly only?: keyof typeof MODELS;
  readonly dtype: DtypeSetting;
  readonly threads: readonly number[];
  readonly newTokens: number;
  readonly edits: number;
  readonly replay: boolean;
}

const count = (maximum: number) => number({ minimum: 1, maximum, integer: true });
void new Command('bench:typing')
  .description('from the request for ghost text to its answer, while a paragraph is typed and after single edits')
  .addOption(new Option('--only <model>').choices(Object.keys(MODELS)))
  .addOption(
    new Option('--dtype <type>', 'of the medium model').choices(['default', 'int8', 'int4']).default('default'),
  )
  .option(
    '--threads <list>',
    'rows for each',
    (value: string) => value.split(',').map((one) => count(256)(one)),
    [1, 2],
  )
  .option('--new-tokens <n>', 'of each suggestion', count(100), 8)
  .option('--edits <n>', 'single edits of each row', count(10_000), 60)
  .option('--no-replay', 'without the paragraph, which takes a minute a row')
  .action(main)
  .parseAsync();

async function main(options: Options): Promise<void> {
  await runCommand(process.execPath, [join(ROOT, 'scripts/build.mjs')], { cwd: ROOT });
  process.stdout.write(`${describeMachine(thisMachine())}; ${options.newTokens} new tokens\n`);
  const edits: string[][] = [];
  const replays: string[][] = [];
  for (const name of options.only === undefined ? (['embedded', 'medium'] as const) : [options.only]) {
    for (const threads of options.threads) {
      const row = `${name}${name === 'medium' ? ` ${options.dtype === 'default' ? 'int8' : options.dtype}` : ''}, threads: ${threads}`;
      process.stderr.write(`${row}\n`);
      const writer = await begin(name, threads, options);
      edits.push([row, ...editFigures(await singleEdits(writer, options.edits))]);
      if (options.replay) {
        const clauses = clausesSchema.parse(JSON.parse(await readFile(join(TYPING, 'paragraph.json'), 'utf8')));
        replays.push([row, ...replayFigures(await writer.type(keystrokes(clauses)))]);
      }
      await writer.close();
    }
  }
  const header = ['one character more', 'p50', 'p90', 'p99', 'of it waiting, p50', 'tokens held', 'evaluated'];
  process.stdout.write(`\n${markdownTable([header, ...edits], { align: ['l', ...header.slice(1).map(() => 'r')] })}\n`);
  if (!options.replay) return;
  const columns = [
    'a paragraph typed',
    'p50',
    'p90',
    'p99',
    'of it waiting, p50',
    'requests',
    'overtaken',
    'without the model',
    'prompt tokens held',
    'CPU s a minute',
  ];
  process.stdout.write(
    `\n${markdownTable([columns, ...replays], { align: ['l', ...columns.slice(1).map(() => 'r')] })}\n`,
  );
}

/** A writer in a document that fills the model's window, or 900 tokens of it. */
async function begin(name: keyof typeof MODELS, threads: number, { dtype, newTokens }: Options): Promise<Writer> {
  const { folders } = await MODELS[name]();
  const sample = await readFile(SAMPLE, 'utf8');
  const context = Array.from({ length: 8 }, () => sample).join('\n');
  const sampling = { temperature: 1, topK: 50, topP: 0.95, maxNewTokens: newTokens };
  return Writer.begin(context, {
    modelFolder: folders.tsuzuki,
    settings: () => ({ stopAt: 'none', sampling }),
    initialization: { storageFolder: BENCH_CACHE, threads, dtype: name === 'medium' ? dtype : 'default' },
  });
}

/** Edits so far apart that each is a pause's end. */
async function singleEdits(writer: Writer, count: number): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (let i = 0; i < count; i++) {
    await delay(300);
    answers.push(await writer.edit('のはがでに'.charAt(i % 5)));
  }
  return answers;
}

function editFigures(answers: readonly Answered[]): string[] {
  const costs = answers.flatMap(({ cost }) => cost ?? []);
  return [
    ...waits(answers),
    String(
      Math.round(
        percentile(
          costs.map(({ heldTokens }) => heldTokens),
          50,
        ),
      ),
    ),
    String(
      Math.round(
        percentile(
          costs.map(({ promptTokens }) => promptTokens),
          50,
        ),
      ),
    ),
  ];
}

function replayFigures({ answered, overtaken, seconds, processorSeconds }: Typed): string[] {
  const costs = answered.flatMap(({ cost }) => cost ?? []);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const held = sum(costs.map(({ heldTokens }) => heldTokens));
  const evaluated = sum(costs.map(({ promptTokens }) => promptTokens));
  return [
    ...waits(answered),
    String(answered.length + overtaken),
    String(overtaken),
    String(answered.length - costs.length),
    `${((100 * held) / (held + evaluated)).toFixed(1)} %`,
    processorSeconds === undefined ? '–' : ((60 * processorSeconds) / seconds).toFixed(1),
  ];
}

function waits(answers: readonly Answered[]): string[] {
  const all = answers.map(({ ms }) => ms);
  const waiting = answers.flatMap(({ cost }) => (cost === undefined ? [] : [cost.waitMs]));
  return [...[50, 90, 99].map((share) => percentile(all, share)), percentile(waiting, 50)].map(
    (ms) => `${ms.toFixed(0)} ms`,
  );
}

/** The smallest value that at least so many per cent do not exceed. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((share / 100) * sorted.length) - 1)] ?? Number.NaN;
}
