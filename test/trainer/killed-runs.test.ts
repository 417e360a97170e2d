import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { writeAdapter } from '../../src/engine/checkpoint/peft-adapter';
import { seededRandom } from '../../src/engine/inference/random';
import { findInterrupted } from '../../src/extension/fine-tuning/interrupted-runs';
import { MEASURED } from '../../src/extension/fine-tuning/presets';
import { RunStore, type StoredRun } from '../../src/extension/fine-tuning/run-store';
import { EXPORT_MODEL_METHOD, EXPORT_PROGRESS_METHOD } from '../../src/protocol/made-models';
import { WRITE_TEXTS_METHOD, type WrittenTexts } from '../../src/protocol/manuscripts';
import { FINE_TUNE_WORKSPACE_METHOD, TRAINING_EVENT_METHOD, type TrainingEvent } from '../../src/protocol/training';
import { randomAdapter } from '../random-adapter';
import { writeTinyModel } from '../tiny-model';

const TRAINER = join(import.meta.dirname, '..', '..', 'dist', 'trainer.js');
const HERE = ['file:///drafts'];
const KILLS = 6;

let scratch: string;
let model: string;
let text: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-killed-'));
  model = join(scratch, 'model');
  text = join(scratch, 'text.txt');
  await writeTinyModel(model, scratch);
  await writeFile(text, '朝の港はまだ暗く、魚市場の灯だけが水面に揺れていた。\n'.repeat(48));
});
afterAll(() => rm(scratch, { recursive: true }));

function startTrainer(): { readonly child: ChildProcess; readonly connection: MessageConnection } {
  const child = spawn(process.execPath, [TRAINER], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  child.stdin.on('error', () => undefined);
  connection.onError(() => undefined);
  connection.listen();
  return { child, connection };
}

/** A run as the extension makes it, which is not on disk yet. */
function newRun(store: RunStore, hour: number): StoredRun {
  return {
    ...store.newRun(new Date(Date.UTC(2026, 10, 25, hour))),
    record: {
      name: '短編集',
      workspace: HERE,
      model,
      preset: 'trial',
      hyperparameters: { ...MEASURED.lora, max_steps: 60, lora_r: 2, lora_alpha: 4, per_device_train_batch_size: 2 },
      files: 1,
      training: { characters: 1000, tokens: 500 },
      heldOut: { characters: 100, tokens: 50 },
      begun: '2026-11-25T10:00:00Z',
      state: { kind: 'unfinished' },
    },
  };
}

/** Does what the extension does of a run in a trainer, to its end or until the trainer is killed. */
async function train(
  store: RunStore,
  { folders, record }: StoredRun,
  resume: boolean,
  { child, connection }: ReturnType<typeof startTrainer>,
  onEvent: (event: TrainingEvent) => void = () => undefined,
): Promise<TrainingEvent> {
  connection.onNotification(TRAINING_EVENT_METHOD, onEvent);
  await store.write({ folders, record: { ...record, trainer: child.pid } });
  const texts = resume
    ? store.texts({ id: '', folders, record })
    : await connection.sendRequest<WrittenTexts>(WRITE_TEXTS_METHOD, {
        files: [{ path: text }],
        folder: folders.texts,
      });
  const { hyperparameters } = record;
  const run = { ...texts, model, output: folders.adapter, hyperparameters, resume, threads: 1, cacheFolder: scratch };
  return connection.sendRequest<TrainingEvent>(FINE_TUNE_WORKSPACE_METHOD, { run, language: 'ja' });
}

async function close({ child, connection }: ReturnType<typeof startTrainer>): Promise<void> {
  connection.dispose();
  child.stdin?.end();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
}

test(`a trainer that is killed at ${KILLS} moments loses nothing older than its checkpoint, and blocks no other`, async () => {
  const whole = new RunStore(join(scratch, 'whole'));
  const run = newRun(whole, 10);
  const undisturbed = startTrainer();
  expect(await train(whole, run, false, undisturbed)).toMatchObject({ type: 'finished', step: 60 });
  await close(undisturbed);

  const store = new RunStore(join(scratch, 'killed'));
  const random = seededRandom(3);
  let [begun, saved] = [newRun(store, 10), 0];
  for (let kill = 0; kill < KILLS; kill++) {
    const found = await findInterrupted(store, HERE);
    // Killed before its first checkpoint, it is no run at all.
    if (saved > 0) expect(found?.step).toBeGreaterThanOrEqual(saved);
    begun = found?.run ?? newRun(store, 11 + kill);
    expect(await store.list()).toHaveLength(found === undefined ? 0 : 1);
    const trainer = startTrainer();
    const onEvent = (event: TrainingEvent) => {
      if (event.type === 'saved') saved = event.step;
    };
    const running = train(store, begun, found !== undefined, trainer, onEvent).catch(() => undefined);
    // From when nothing is written yet to the middle of the run.
    await sleep(random() * 300 * (kill + 1));
    trainer.child.kill('SIGKILL');
    await once(trainer.child, 'close');
    trainer.connection.dispose();
    await running;
  }
  const found = await findInterrupted(store, HERE);
  begun = found?.run ?? newRun(store, 20);
  const last = startTrainer();
  expect(await train(store, begun, found !== undefined, last)).toMatchObject({ type: 'finished', step: 60 });
  await close(last);
  const weights = (folder: string) => readFile(join(folder, 'adapter_model.safetensors'));
  expect(await weights(begun.folders.adapter)).toEqual(await weights(run.folders.adapter));
}, 240_000);

test('a window that is closed while a model is exported leaves neither a part of it nor a process', async () => {
  const adapter = join(scratch, 'adapter');
  await writeAdapter(adapter, await randomAdapter(model, 2, ['mlp.c_fc']));
  const folder = await mkdtemp(join(scratch, 'exports-'));
  const trainer = startTrainer();
  const begun = new Promise<void>((resolve) =>
    trainer.connection.onNotification(EXPORT_PROGRESS_METHOD, () => resolve()),
  );
  const params = { form: 'merged', model, adapter, output: join(folder, 'model'), language: 'ja' };
  const exporting = trainer.connection.sendRequest(EXPORT_MODEL_METHOD, params).catch(() => undefined);
  await begun;
  await close(trainer);
  await Promise.race([exporting, sleep(1)]);
  expect(trainer.child.exitCode).toBe(0);
  // Whole, when the last tensor was written before the window was gone.
  const left = await readdir(folder);
  expect(left.length === 0 ? [] : await readdir(join(folder, 'model'))).toEqual(
    left.length === 0 ? [] : expect.arrayContaining(['config.json', 'model.safetensors']),
  );
  expect(left.filter((name) => name !== 'model')).toEqual([]);
});
