// How long a writer waits for ghost text beside a run of fine-tuning: npm run bench:beside-training -- --help
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { markdownTable } from 'markdown-table';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver-protocol/node';
import { runCommand } from '../../scripts/editor/command';
import { number } from '../../src/cli/options';
import { MEASURED } from '../../src/extension/fine-tuning/presets';
import {
  FINE_TUNE_WORKSPACE_METHOD,
  TRAINING_EVENT_METHOD,
  type TrainingEvent,
  type WorkspaceRun,
} from '../../src/protocol/training';
import { suitedMethod } from '../../src/trainer/room';
import { BENCH_CACHE, embeddedModel, randomMediumModel } from './completion-models';
import { describeMachine, thisMachine } from './machine';
import { type Answered, Writer } from './typing/writer';

const ROOT = join(import.meta.dirname, '../..');
const SAMPLE = join(ROOT, 'sample/umibe.txt');
const MODELS = { embedded: embeddedModel, medium: randomMediumModel } as const;

interface Options {
  readonly model: keyof typeof MODELS;
  readonly rounds: number;
  readonly edits: number;
  readonly newTokens: number;
}

const count = (maximum: number) => number({ minimum: 1, maximum, integer: true });
void new Command('bench:beside-training')
  .description('one character more, with a run of fine-tuning beside it and with that run held still, in turns')
  .option('--model <model>', Object.keys(MODELS).join(', '), 'embedded')
  .option('--rounds <n>', 'of each', count(1000), 6)
  .option('--edits <n>', 'in each round', count(1000), 15)
  .option('--new-tokens <n>', 'of each suggestion', count(100), 8)
  .action(main)
  .parseAsync();

async function main({ model, rounds, edits, newTokens }: Options): Promise<void> {
  await runCommand(process.execPath, [join(ROOT, 'scripts/build.mjs')], { cwd: ROOT });
  process.stdout.write(`${describeMachine(thisMachine())}; ${model}; ${newTokens} new tokens\n`);
  const folder = (await MODELS[model]()).folders.tsuzuki;
  const scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-bench-beside-'));
  const trainer = await startTraining(folder, scratch);
  const writer = await begin(folder, newTokens);
  try {
    process.stdout.write(`the trainer's threads are at nice ${await niceOf(trainer.pid)}\n`);
    const [alone, beside]: [Answered[], Answered[]] = [[], []];
    let [steps, seconds] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      trainer.pause();
      alone.push(...(await typed(writer, edits)));
      trainer.goOn();
      const [before, start] = [trainer.steps(), performance.now()];
      beside.push(...(await typed(writer, edits)));
      steps += trainer.steps() - before;
      seconds += (performance.now() - start) / 1000;
    }
    process.stdout.write(`\n${table(alone, beside)}\n\nthe run did ${(steps / seconds).toFixed(2)} steps a second\n`);
  } finally {
    trainer.end();
    await writer.close();
    await trainer.ended;
    await rm(scratch, { recursive: true });
  }
}

/** A run that has done its first step, and goes on for ever. */
async function startTraining(model: string, scratch: string) {
  const text = join(scratch, 'text.txt');
  await writeFile(text, (await readFile(SAMPLE, 'utf8')).repeat(40));
  const child = spawn(process.execPath, [join(ROOT, 'dist/trainer.js')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { pid } = child;
  if (pid === undefined) throw new Error('the trainer cannot be started');
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  let steps = 0;
  const begun = new Promise<void>((resolve) => {
    connection.onNotification(TRAINING_EVENT_METHOD, ({ type }: TrainingEvent) => {
      if (type === 'step' && ++steps === 1) resolve();
    });
  });
  connection.listen();
  const run: WorkspaceRun = {
    model,
    training: text,
    output: join(scratch, 'output'),
    hyperparameters: { ...MEASURED[await suitedMethod(model)], max_steps: 1_000_000 },
    resume: false,
    cacheFolder: BENCH_CACHE,
  };
  const failed = connection.sendRequest(FINE_TUNE_WORKSPACE_METHOD, { run, language: 'en' }).then(() => undefined);
  await Promise.race([begun, failed]);
  failed.catch(() => undefined);
  return {
    pid,
    ended,
    steps: () => steps,
    pause: () => process.kill(pid, 'SIGSTOP'),
    goOn: () => process.kill(pid, 'SIGCONT'),
    end: () => {
      process.kill(pid, 'SIGCONT');
      connection.dispose();
      child.kill('SIGKILL');
    },
  };
}

/** A writer in a document that fills the model's window, or 900 tokens of it. */
async function begin(modelFolder: string, maxNewTokens: number): Promise<Writer> {
  const sample = await readFile(SAMPLE, 'utf8');
  return Writer.begin(Array.from({ length: 8 }, () => sample).join('\n'), {
    modelFolder,
    settings: () => ({ stopAt: 'none', sampling: { temperature: 1, topK: 50, topP: 0.95, maxNewTokens } }),
    initialization: { storageFolder: BENCH_CACHE, threads: 0, dtype: 'default' },
  });
}

/** Edits so far apart that each is a pause's end. */
async function typed(writer: Writer, count: number): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (let i = 0; i < count; i++) {
    await delay(300);
    answers.push(await writer.edit('のはがでに'.charAt(i % 5)));
  }
  // The first one reads what was typed before it stood still.
  return answers.slice(1);
}

/** How far its threads stand behind others; on Linux each thread has its own. */
async function niceOf(pid: number): Promise<string> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [String(pid)]);
  const counts = new Map<number, number>();
  for (const thread of threads) {
    const nice = getPriority(Number(thread));
    counts.set(nice, (counts.get(nice) ?? 0) + 1);
  }
  return [...counts].map(([nice, threadCount]) => `${nice} (${threadCount})`).join(', ');
}

function table(alone: readonly Answered[], beside: readonly Answered[]): string {
  const waits = (answers: readonly Answered[]) => answers.map(({ ms }) => ms);
  const row = (name: string, answers: readonly Answered[]) => [
    name,
    ...[50, 90].map((share) => `${percentile(waits(answers), share).toFixed(0)} ms`),
    String(answers.length),
  ];
  const ratio = (share: number) => (percentile(waits(beside), share) / percentile(waits(alone), share)).toFixed(2);
  const rows = [
    ['one character more', 'p50', 'p90', 'edits'],
    row('without training', alone),
    row('beside training', beside),
    ['ratio', ratio(50), ratio(90), ''],
  ];
  return markdownTable(rows, { align: ['l', 'r', 'r', 'r'] });
}

/** The smallest value that at least so many per cent do not exceed. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((share / 100) * sorted.length) - 1)] ?? Number.NaN;
}
