import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/engine/inference/random';
import type { TrainingEvent } from '../../src/protocol/training';
import { COMMANDS } from '../server/language-client';
import { writeTinyModel } from '../tiny-model';
import { encode } from '../unit/text/encoding/encode';
import { tsuzuki } from './run-command';

const KILLS = 20;

let scratch: string;
let args: readonly string[];
let hyperparameters: readonly string[];
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-cli-fine-tune-'));
  const model = join(scratch, 'model');
  const text = join(scratch, 'text.txt');
  await writeTinyModel(model, scratch);
  await writeFile(
    text,
    '朝の港はまだ暗く、魚市場の灯だけが水面に揺れていた。\n漁師は黙って網を繕っている。\n'.repeat(24),
  );
  hyperparameters = ['--method', 'lora', '--block-size', '32', '--threads', '1', '--json', '--model', model];
  hyperparameters = [...hyperparameters, '--per-device-train-batch-size', '4', '--lora-r', '2'];
  args = [...hyperparameters, '--learning-rate', '1e-3', '--data', text];
});
afterAll(() => rm(scratch, { recursive: true }));

/** Starts `tsuzuki fine-tune`; `kill` may end it. */
function start(output: string, ...more: readonly string[]) {
  const child = spawn(process.execPath, [COMMANDS.commandLine[0], 'fine-tune', '--output', output, ...args, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const events: TrainingEvent[] = [];
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => {
    // A killed process may leave half a line.
    if (line.endsWith('}')) events.push(JSON.parse(line));
  });
  const started = new Promise<void>((resolve) => lines.once('line', () => resolve()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { events, started, ended, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}

const lossOf = (events: readonly TrainingEvent[]) =>
  new Map(events.flatMap((event) => (event.type === 'step' ? [[event.step, event.loss] as const] : [])));

test(`killed at ${KILLS} random moments, a run loses nothing older than its last checkpoint`, async () => {
  const steps = ['--max-steps', '120', '--save-steps', '2'];
  const whole = start(join(scratch, 'whole'), ...steps);
  expect(await whole.ended).toBe(0);
  const expected = lossOf(whole.events);

  const output = join(scratch, 'killed');
  const random = seededRandom(7);
  let saved = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const run = start(output, ...steps, '--resume');
    await run.started;
    await sleep(random() * 250);
    run.kill('SIGKILL');
    await run.ended;
    const [first] = run.events;
    if (first?.type === 'started') expect(first.resumed_from).toBeGreaterThanOrEqual(saved);
    for (const [step, loss] of lossOf(run.events)) expect(loss).toBe(expected.get(step));
    for (const event of run.events) if (event.type === 'saved') saved = event.step;
  }
  const last = start(output, ...steps, '--resume');
  expect(await last.ended).toBe(0);
  const weights = (folder: string) => readFile(join(scratch, folder, 'adapter_model.safetensors'));
  expect(await weights('killed')).toEqual(await weights('whole'));
  // What the killed processes were writing is gone as well.
  expect((await readdir(output)).filter((name) => name.startsWith('.'))).toEqual([]);
}, 240_000);

test('goes on from an adapter: its first loss is the last evaluation of the run that made it', async () => {
  // One block of 32 tokens, and no dropout, so that losses and evaluations are of the same.
  const block = join(scratch, 'block.txt');
  await writeFile(
    block,
    '朝の港はまだ暗く、魚市場の灯だけが水面に揺れていた。漁師は黙って網を繕っている。海は静かだ。',
  );
  // What is measured is never trained on: the same text in another file.
  const heldOut = join(scratch, 'held-out.txt');
  await copyFile(block, heldOut);
  const model = join(scratch, 'without-dropout');
  await writeTinyModel(model, scratch);
  const config = join(model, 'config.json');
  const still = { attn_pdrop: 0, embd_pdrop: 0, resid_pdrop: 0 };
  await writeFile(config, JSON.stringify({ ...JSON.parse(await readFile(config, 'utf8')), ...still }));
  const events = async (output: string, ...more: readonly string[]): Promise<TrainingEvent[]> => {
    const data = ['--model', model, '--data', block, '--eval-data', heldOut, '--output', join(scratch, output)];
    const steps = ['--block-size', '32', '--max-steps', '3', '--learning-rate', '1e-2', '--threads', '1', '--json'];
    const { code, stdout } = await tsuzuki(['fine-tune', '--method', 'lora', ...data, ...steps, ...more]);
    expect(code).toBe(0);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  const end = (await events('first', '--lora-r', '2')).at(-1);
  const [before, after] = end?.type === 'finished' ? [end.eval_loss_before, end.eval_loss_after] : [];
  expect(after).toBeLessThan(before ?? 0);
  const second = await events('second', '--from-adapter', join(scratch, 'first'));
  expect(second[0]).toMatchObject({ type: 'started', blocks: 1 });
  expect(lossOf(second).get(1)).toBeCloseTo(after ?? 0, 5);
});

test('learns from Shift_JIS, without its marks, what it learns from the same text in UTF-8', async () => {
  const losses = async (name: string, text: string | Uint8Array) => {
    const file = join(scratch, `${name}.txt`);
    await writeFile(file, text);
    const options = ['--data', file, '--output', join(scratch, name), '--max-steps', '2'];
    const { code, stdout } = await tsuzuki(['fine-tune', ...hyperparameters, ...options]);
    expect(code).toBe(0);
    const events: TrainingEvent[] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return [...lossOf(events).values()];
  };
  const plain = '　灯台守は眠った。\n　海は、まだ暗かった。\n'.repeat(40);
  const written = encode(plain.replaceAll('灯台守は', '｜灯台守《とうだいもり》は'), 'shiftjis') ?? '';
  expect(await losses('sjis', written)).toEqual(await losses('utf8', plain));
});

describe('ends within a micro-batch, with a checkpoint, on', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s', async (signal) => {
    const output = join(scratch, signal);
    const run = start(output, '--max-steps', '100000');
    await run.started;
    await sleep(300);
    run.kill(signal);
    expect(await run.ended).toBe(130);
    const last = run.events.at(-1);
    expect(last?.type).toBe('stopped');
    expect(await readdir(output)).toContain(`checkpoint-${last?.type === 'stopped' ? last.step : ''}`);
  });
});

test('an error names place and cure in the user’s language, and has an exit code', async () => {
  const missing = join(scratch, 'missing.txt');
  const command = ['fine-tune', '--data', missing, '--output', join(scratch, 'never')];
  expect(await tsuzuki(command, { env: { LC_ALL: 'ja_JP.UTF-8' } })).toEqual({
    code: 5,
    stdout: '',
    stderr: `tsuzuki: ${missing}: 学習に使える文章がありません。文章のファイルかフォルダ(.txt、.md、.tex、.novel)を指定してください。\n`,
  });
});
