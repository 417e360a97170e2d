import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver-protocol/node';
import { WALK_THROUGH } from '../../src/engine/training/training-arguments';
import { FIND_BASES_METHOD } from '../../src/protocol/made-models';
import {
  type ManuscriptReport,
  READ_MANUSCRIPTS_METHOD,
  WRITE_TEXTS_METHOD,
  type WrittenTexts,
} from '../../src/protocol/manuscripts';
import {
  FINE_TUNE_METHOD,
  FINE_TUNE_WORKSPACE_METHOD,
  FINISH_TRAINING_METHOD,
  type Hyperparameters,
  MEASURE_STEP_METHOD,
  type MeasuredStep,
  STOP_TRAINING_METHOD,
  TRAINING_EVENT_METHOD,
  type TrainingEvent,
} from '../../src/protocol/training';
import type { FineTuneRequest } from '../../src/trainer/request';
import { SHORT_FULL_RUN, SHORT_RUN } from '../short-run';
import { writeTinyModel } from '../tiny-model';

const TRAINER = join(import.meta.dirname, '..', '..', 'dist', 'trainer.js');

let scratch: string;
let model: string;
let text: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-trainer-'));
  model = join(scratch, 'model');
  text = join(scratch, 'text.txt');
  await writeTinyModel(model, scratch);
  await writeFile(text, '朝の港はまだ暗く、魚市場の灯だけが水面に揺れていた。\n'.repeat(48));
});
afterAll(() => rm(scratch, { recursive: true }));

function request(output: string, max_steps: number): FineTuneRequest {
  return {
    model,
    data: [text],
    evalData: [],
    output: join(scratch, output),
    method: { method: 'full' },
    arguments: { ...WALK_THROUGH, block_size: 32, per_device_train_batch_size: 4, max_steps },
    save_steps: 1000,
    save_total_limit: 2,
    logging_dir: undefined,
    overwrite_output_dir: false,
    resume: false,
    threads: 1,
    cacheFolder: scratch,
  };
}

function startTrainer(...by: readonly string[]) {
  const [command = '', ...args] = [...by, process.execPath, TRAINER];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const events: TrainingEvent[] = [];
  const firstStep = new Promise<void>((resolve) => {
    connection.onNotification(TRAINING_EVENT_METHOD, (event: TrainingEvent) => {
      events.push(event);
      if (event.type === 'step') resolve();
    });
  });
  connection.listen();
  const fineTune = (asked: FineTuneRequest) =>
    connection.sendRequest<TrainingEvent>(FINE_TUNE_METHOD, { request: asked, language: 'ja' });
  return { child, connection, events, firstStep, exit, fineTune };
}

test('tells every step, answers with the last event, and ends with its pipes', async () => {
  const { child, connection, events, exit, fineTune } = startTrainer();
  const last = await fineTune(request('whole', 3));
  expect(last).toMatchObject({ type: 'finished', step: 3 });
  expect(events.map(({ type }) => type)).toEqual(['started', 'step', 'step', 'step', 'saved', 'finished']);
  connection.dispose();
  child.stdin.end();
  expect(await exit).toBe(0);
});

test.skipIf(process.platform !== 'linux').each([
  ['', [], constants.priority.PRIORITY_BELOW_NORMAL],
  [', and stays where it was put still further behind', ['nice', '-n', '19'], 19],
])('comes after whoever writes, with every thread%s', async (_, by, priority) => {
  const { child, connection, firstStep, exit, fineTune } = startTrainer(...by);
  const running = fineTune({ ...request(`priority-${priority}`, 100_000), threads: 2 });
  await firstStep;
  const threads = await readdir(`/proc/${child.pid}/task`);
  expect(new Set(threads.map((thread) => getPriority(Number(thread))))).toEqual(new Set([priority]));
  await connection.sendNotification(STOP_TRAINING_METHOD);
  await running;
  child.stdin.end();
  expect(await exit).toBe(0);
});

test('stops when it is told to, with a checkpoint', async () => {
  const { child, connection, firstStep, exit, fineTune } = startTrainer();
  const running = fineTune(request('stopped', 100_000));
  await firstStep;
  await connection.sendNotification(STOP_TRAINING_METHOD);
  const last = await running;
  expect(last.type).toBe('stopped');
  expect(await checkpoints('stopped')).toHaveLength(1);
  child.stdin.end();
  expect(await exit).toBe(0);
});

test('stops when it is told to while it gets ready to go on, and can go on as before', async () => {
  const first = startTrainer();
  const running = first.fineTune(request('ready', 100_000));
  await first.firstStep;
  await first.connection.sendNotification(STOP_TRAINING_METHOD);
  await running;
  const saved = await checkpoints('ready');
  const second = startTrainer();
  await second.connection.sendNotification(STOP_TRAINING_METHOD);
  const last = await second.fineTune({ ...request('ready', 100_000), resume: true });
  expect(last).toMatchObject({ type: 'stopped', step: Number(/\d+/.exec(saved[0] ?? '')?.[0]) });
  expect(await checkpoints('ready')).toEqual(saved);
  for (const { child, exit } of [first, second]) {
    child.stdin.end();
    expect(await exit).toBe(0);
  }
});

test('whoever started it is gone: saves a checkpoint and ends', async () => {
  const { child, firstStep, exit, fineTune } = startTrainer();
  const running = fineTune(request('orphan', 100_000)).catch(() => undefined);
  await firstStep;
  child.stdin.destroy();
  child.stdout.destroy();
  expect(await Promise.race([exit, sleep(30_000, 'still running')])).toBe(0);
  expect(await checkpoints('orphan')).toHaveLength(1);
  await Promise.race([running, sleep(1)]);
});

test('an error is for the user, in their language', async () => {
  const { child, fineTune } = startTrainer();
  await expect(fineTune({ ...request('never', 1), data: [join(scratch, 'missing')] })).rejects.toThrow(
    '学習に使える文章がありません',
  );
  child.stdin.end();
});

describe.each([
  ['lora', SHORT_RUN, 'adapter_model.safetensors'],
  ['full', SHORT_FULL_RUN, 'model.safetensors'],
] as const)('a workspace (%s)', (method, short, result) => {
  const hyperparameters: Hyperparameters = { ...short, max_steps: 100_000, block_size: 256 };
  let texts: WrittenTexts;
  const run = (output: string) => ({
    language: 'ja',
    run: {
      model,
      ...texts,
      output: join(scratch, method, output),
      hyperparameters,
      resume: false,
      threads: 1,
      cacheFolder: scratch,
    },
  });

  test('is read, measured, written and learnt from by one process, which ends early when it is told to', async () => {
    const { child, connection, events, firstStep, exit } = startTrainer();
    const files = [{ path: text }];
    const reports = await connection.sendRequest<ManuscriptReport[]>(READ_MANUSCRIPTS_METHOD, { files, model });
    expect(reports).toMatchObject([{ path: text, leftOut: { kind: 'generated', sign: 'repeated-lines' } }]);
    expect(reports[0]?.text?.training.characters).toBeGreaterThan(500);

    const cost = await connection.sendRequest<MeasuredStep>(MEASURE_STEP_METHOD, {
      model,
      hyperparameters,
      threads: 1,
      cacheFolder: scratch,
    });
    expect(cost.block_size).toBe(64);
    expect(cost.seconds).toBeGreaterThan(0);
    expect(cost.peak_bytes).toBeGreaterThan(2 ** 20);

    texts = await connection.sendRequest<WrittenTexts>(WRITE_TEXTS_METHOD, {
      files,
      folder: join(scratch, method, 'texts'),
    });
    const running = connection.sendRequest<TrainingEvent>(FINE_TUNE_WORKSPACE_METHOD, run('workspace'));
    await firstStep;
    await connection.sendNotification(FINISH_TRAINING_METHOD);
    const last = await running;
    expect(last).toMatchObject({ type: 'finished', eval_loss_before: expect.any(Number) });
    expect(last.type === 'finished' && last.step).toBeLessThan(100_000);
    // What it has learnt is measured after its last step.
    expect(events.at(-2)).toMatchObject({ type: 'evaluated', step: last.type === 'finished' ? last.step : -1 });
    expect(await readdir(join(scratch, method, 'workspace'))).toContain(result);
    child.stdin.end();
    expect(await exit).toBe(0);
  });

  test('goes on with the same base model in another folder, which its checkpoint finds', async () => {
    const first = startTrainer();
    const running = first.connection.sendRequest<TrainingEvent>(FINE_TUNE_WORKSPACE_METHOD, run('moved'));
    await first.firstStep;
    await first.connection.sendNotification(STOP_TRAINING_METHOD);
    await running;
    const [checkpoint = ''] = await checkpoints(join(method, 'moved'));
    const there = join(scratch, method, 'there');
    await cp(model, there, { recursive: true });
    const adapters = [{ adapter: join(scratch, method, 'moved', checkpoint), models: [join(scratch, 'gone'), there] }];
    const second = startTrainer();
    const found = await second.connection.sendRequest(FIND_BASES_METHOD, { adapters, cacheFolder: scratch });
    expect(found).toEqual([{ kind: 'found', model: there }]);
    const again = { language: 'ja', run: { ...run('moved').run, model: there, resume: true } };
    const resumed = second.connection.sendRequest<TrainingEvent>(FINE_TUNE_WORKSPACE_METHOD, again);
    await second.firstStep;
    await second.connection.sendNotification(FINISH_TRAINING_METHOD);
    expect((await resumed).type).toBe('finished');
    for (const { child, exit } of [first, second]) {
      child.stdin.end();
      expect(await exit).toBe(0);
    }
  });

  test('is learnt from by one at a time', async () => {
    const first = startTrainer();
    const running = first.connection.sendRequest<TrainingEvent>(FINE_TUNE_WORKSPACE_METHOD, run('first'));
    await first.firstStep;
    const second = startTrainer();
    await expect(second.connection.sendRequest(FINE_TUNE_WORKSPACE_METHOD, run('second'))).rejects.toThrow(
      'このマシンではすでに別の学習が進んでいます',
    );
    await first.connection.sendNotification(STOP_TRAINING_METHOD);
    expect((await running).type).toBe('stopped');
    for (const { child, exit } of [first, second]) {
      child.stdin.end();
      expect(await exit).toBe(0);
    }
  });
});

async function checkpoints(output: string): Promise<string[]> {
  return (await readdir(join(scratch, output))).filter((name) => name.startsWith('checkpoint-'));
}
