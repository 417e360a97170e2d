import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../src/engine/checkpoint/checkpoint';
import { openFineTuned } from '../../../src/engine/checkpoint/fine-tuned';
import { openAdapter } from '../../../src/engine/checkpoint/peft-adapter';
import { WALK_THROUGH } from '../../../src/engine/training/training-arguments';
import type { TrainingEvent } from '../../../src/protocol/training';
import { fineTune } from '../../../src/trainer/fine-tune';
import type { FineTuneRequest, RequestedMethod } from '../../../src/trainer/request';
import { TrainingError } from '../../../src/trainer/training-error';
import { writeTinyModel } from '../../tiny-model';

const LORA: RequestedMethod = {
  method: 'lora',
  r: 4,
  lora_alpha: 8,
  lora_dropout: 0.1,
  target_modules: ['attn.c_attn', 'mlp.c_fc'],
  base_dtype: 'fp32',
};
const FULL: RequestedMethod = { method: 'full' };

let scratch: string;
let model: string;
let text: string;
/** The same text in another file, for what is measured to be what is learnt. */
let heldOut: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-fine-tune-'));
  model = join(scratch, 'model');
  text = join(scratch, 'text.txt');
  heldOut = join(scratch, 'held-out.txt');
  await writeTinyModel(model, scratch);
  // 24 blocks of 32 tokens and a shorter one.
  await writeFile(
    text,
    '朝の港はまだ暗く、魚市場の灯だけが水面に揺れていた。\n漁師は黙って網を繕っている。\n'.repeat(24),
  );
  await copyFile(text, heldOut);
});
afterAll(() => rm(scratch, { recursive: true }));

let output: string;
beforeEach(async () => {
  output = join(await mkdtemp(join(scratch, 'run-')), 'fine-tuned-model');
});

function request(method: RequestedMethod, changes: Partial<FineTuneRequest> = {}): FineTuneRequest {
  return {
    model,
    data: [text],
    evalData: [],
    output,
    method,
    arguments: {
      ...WALK_THROUGH,
      block_size: 32,
      per_device_train_batch_size: 8,
      learning_rate: 5e-3,
      num_train_epochs: 2,
    },
    save_steps: 3,
    save_total_limit: 2,
    logging_dir: undefined,
    overwrite_output_dir: false,
    resume: false,
    threads: 1,
    cacheFolder: scratch,
    ...changes,
  };
}

/** Runs to the end, or until `until` says so. */
async function run(asked: FineTuneRequest, until: (event: TrainingEvent) => boolean = () => false) {
  const abort = new AbortController();
  const events: TrainingEvent[] = [];
  const onEvent = (event: TrainingEvent) => {
    events.push(event);
    if (until(event)) abort.abort(new Error('stopped'));
  };
  const last = await fineTune(asked, { onEvent, signal: abort.signal });
  return { events, last };
}

const losses = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.type === 'step' ? [[event.step, event.loss, event.grad_norm]] : []));

describe.each([
  ['full', FULL],
  ['lora', LORA],
])('%s', (_, method) => {
  test('learns, and leaves a folder of Hugging Face', async () => {
    const { events, last } = await run(request(method, { evalData: [heldOut] }));
    const [first, ...others] = losses(events);
    expect(others.at(-1)?.[1]).toBeLessThan(first?.[1] ?? 0);
    expect(last).toMatchObject({
      type: 'finished',
      folder: output,
      step: events.filter((e) => e.type === 'step').length,
    });
    if (last.type === 'finished') expect(last.eval_loss_after).toBeLessThan(last.eval_loss_before ?? 0);
    if (method.method === 'full') expect((await openCheckpoint(output)).config.n_layer).toBe(2);
    else
      expect((await openAdapter(output, (await openCheckpoint(model)).config)).config).toMatchObject({
        r: 4,
        lora_alpha: 8,
      });
  });

  test('a run that was stopped goes on as if it had not been', async () => {
    const whole = await run(request(method));
    const weights = await resultBytes();
    output = join(await mkdtemp(join(scratch, 'run-')), 'fine-tuned-model');
    const begun = await run(request(method), (event) => event.type === 'step' && event.step === 4);
    expect(begun.last).toMatchObject({ type: 'stopped', step: 4 });
    const resumed = await run(request(method, { resume: true }));
    expect(resumed.events[0]).toMatchObject({ type: 'started', resumed_from: 4 });
    expect([...losses(begun.events), ...losses(resumed.events)]).toEqual(losses(whole.events));
    expect(await resultBytes()).toEqual(weights);
  });
});

async function resultBytes(): Promise<Buffer> {
  const [name] = (await readdir(output)).filter((file) => file.endsWith('model.safetensors'));
  return readFile(join(output, name ?? ''));
}

test('keeps the newest checkpoints alone, and a log', async () => {
  const { events } = await run(request(LORA));
  const names = await readdir(output);
  expect(names.filter((name) => name.startsWith('checkpoint-')).length).toBe(2);
  const log = (await readFile(join(output, 'training_log.jsonl'), 'utf8')).trim().split('\n');
  expect(log.map((line) => JSON.parse(line).type)).toEqual(events.map(({ type }) => type));
});

describe('from an adapter', () => {
  const noDropout: RequestedMethod = { ...LORA, lora_dropout: 0 };
  const evaluations = ({ events }: { readonly events: readonly TrainingEvent[] }) =>
    events.flatMap((event) => (event.type === 'evaluated' ? [event.eval_loss] : []));

  test('begins where that one ended: its last evaluation is the first of the run that goes on', async () => {
    const earlier = await run(request(noDropout, { evalData: [heldOut] }));
    const from_adapter = output;
    output = join(await mkdtemp(join(scratch, 'run-')), 'fine-tuned-model');
    const asked = request({ ...noDropout, r: 16, lora_alpha: 1 }, { evalData: [heldOut], from_adapter });
    const later = await run(asked);
    expect(evaluations(later)[0]).toBeCloseTo(evaluations(earlier).at(-1) ?? 0, 6);
    expect(evaluations(later).at(-1)).toBeLessThan(evaluations(later)[0] ?? 0);
    expect((await openAdapter(output, (await openCheckpoint(model)).config)).config).toMatchObject({
      r: 4,
      lora_alpha: 8,
      target_modules: ['attn.c_attn', 'mlp.c_fc'],
    });
  });

  test('all of a model that was trained whole is trained further, of the same base', async () => {
    const asked = { evalData: [heldOut] };
    const earlier = await run(request(FULL, asked));
    const from_adapter = output;
    output = join(await mkdtemp(join(scratch, 'run-')), 'fine-tuned-model');
    const later = await run(request(FULL, { ...asked, from_adapter }));
    expect(evaluations(later)[0]).toBeCloseTo(evaluations(earlier).at(-1) ?? 0, 6);
    expect((await openFineTuned(output, await openCheckpoint(model))).method).toBe('full');
  });

  test('goes on after a stop as if there had been none, even when that adapter is gone', async () => {
    await run(request(LORA));
    const from_adapter = output;
    const next = async () => {
      output = join(await mkdtemp(join(scratch, 'run-')), 'fine-tuned-model');
    };
    await next();
    const whole = await run(request(LORA, { from_adapter }));
    await next();
    const begun = await run(request(LORA, { from_adapter }), (event) => event.type === 'step' && event.step === 4);
    const resumed = await run(request(LORA, { resume: true, from_adapter: join(scratch, 'gone') }));
    expect([...losses(begun.events), ...losses(resumed.events)]).toEqual(losses(whole.events));
  });
});

describe('overwriting', () => {
  const again = (method: RequestedMethod) => run(request(method, { overwrite_output_dir: true }));

  test('leaves one result: of the run that came last', async () => {
    const one = ['adapter_config.json', 'adapter_model.safetensors'];
    const other = ['config.json', 'model.safetensors', 'spiece.model'];
    await run(request(FULL));
    const leftOver = join(output, 'merges.txt');
    await writeFile(leftOver, 'of another tokenizer');
    const results = async () =>
      (await readdir(output)).filter((name) => !/^checkpoint-|^training_log/.test(name)).sort();
    await again(LORA);
    expect(await results()).toEqual(one);
    await again(FULL);
    expect(await results()).toEqual(other);
  });

  test('leaves alone what no run has made', async () => {
    await mkdir(output);
    const own = ['LICENSE', 'config.json', 'novel.txt'];
    for (const name of own) await writeFile(join(output, name), name);
    for (const _ of ['over what is there', 'over its own']) {
      await again(LORA);
      for (const name of own) expect(await readFile(join(output, name), 'utf8')).toBe(name);
    }
  });
});

describe('says what is wrong and how to cure it', () => {
  const failure = async (asked: FineTuneRequest) => {
    const error: unknown = await run(asked).catch((reason: unknown) => reason);
    if (error instanceof TrainingError) return error;
    throw error;
  };

  test('no text', async () => {
    const empty = await mkdtemp(join(scratch, 'empty-'));
    expect(await failure(request(LORA, { data: [empty] }))).toMatchObject({ code: 'text-missing', place: empty });
  });

  test.each([
    ['nothing but blank lines', '\n　\n'],
    ['less than a block', '朝の港はまだ暗い。'],
  ])('a text of %s', async (_, content) => {
    const short = join(scratch, 'short.txt');
    await writeFile(short, content);
    expect(await failure(request(LORA, { data: [short] }))).toMatchObject({ code: 'text-too-short', place: short });
  });

  test('a file that is no text', async () => {
    const broken = join(scratch, 'broken.txt');
    await writeFile(broken, Buffer.from([0x92, 0xa9, 0x82, 0xcc, 0x00]));
    const error = await failure(request(LORA, { data: [broken], texts: 'written' }));
    expect(error).toMatchObject({ code: 'text-unreadable', place: broken, detail: 'byte 4' });
    expect(error.describe('ja')).toContain('文字コードがわかりません');
  });

  test('an output folder in use', async () => {
    await run(request(LORA));
    expect(await failure(request(LORA))).toMatchObject({ code: 'output-exists', place: output });
    expect((await run(request(LORA, { overwrite_output_dir: true }))).last.type).toBe('finished');
  });

  test.each([
    ['no text where there should be some', (): Partial<FineTuneRequest> => ({ data: [join(scratch, 'drafst')] })],
    ['no model', (): Partial<FineTuneRequest> => ({ model: join(scratch, 'modle') })],
    ['no adapter to begin with', (): Partial<FineTuneRequest> => ({ from_adapter: join(scratch, 'adaptor') })],
  ])('%s, and what an earlier run has left is as it was', async (_, mistyped) => {
    await run(request(LORA));
    const before = await files();
    const asked = request(LORA, { overwrite_output_dir: true, ...mistyped() });
    await expect(run(asked)).rejects.toMatchObject({ code: expect.stringMatching(/-missing$/) });
    expect(await files()).toEqual(before);
  });

  test.each([
    ['the model', FULL, (folder: string): Partial<FineTuneRequest> => ({ model: folder })],
    ['the adapter', LORA, (folder: string): Partial<FineTuneRequest> => ({ from_adapter: folder })],
  ])('%s that it begins with, in the folder that it would replace', async (_, method, source) => {
    await run(request(method));
    const before = await files();
    const [checkpoint = ''] = (await readdir(output)).filter((name) => name.startsWith('checkpoint-'));
    for (const place of [output, join(output, checkpoint)]) {
      const asked = request(method, { overwrite_output_dir: true, ...source(place) });
      expect(await failure(asked)).toMatchObject({ code: 'output-holds-source', place });
    }
    expect(await files()).toEqual(before);
  });

  test('an output that is a file, and a folder for TensorBoard below one', async () => {
    const asked = { output: heldOut, overwrite_output_dir: true };
    expect(await failure(request(LORA, asked))).toMatchObject({ code: 'output-unwritable', place: heldOut });
    expect(await failure(request(LORA, { output: join(heldOut, 'below') }))).toMatchObject({
      code: 'output-unwritable',
    });
    const logging_dir = join(heldOut, 'runs');
    expect(await failure(request(LORA, { logging_dir }))).toMatchObject({
      code: 'output-unwritable',
      place: expect.stringContaining(heldOut),
    });
    expect((await readFile(heldOut)).equals(await readFile(text))).toBe(true);
  });

  test('an output folder in which another run is at work', async () => {
    let second: Promise<TrainingError> | undefined;
    const { last } = await run(request(LORA), (event) => {
      if (event.type === 'step')
        second ??= failure(request(LORA, { output: `${output}/`, overwrite_output_dir: true }));
      return false;
    });
    expect(last.type).toBe('finished');
    expect(await second).toMatchObject({ code: 'already-running' });
    expect((await run(request(LORA, { overwrite_output_dir: true }))).last.type).toBe('finished');
  });

  test('a first attempt that fails is not in the way of the next', async () => {
    await expect(run(request(LORA, { data: [join(scratch, 'drafst')] }))).rejects.toThrow();
    expect(await readdir(output).catch(() => [])).toEqual([]);
    // Nor is one that came as far as its log.
    await mkdir(output);
    await writeFile(join(output, 'training_log.jsonl'), '{"type":"started"}\n');
    expect((await run(request(LORA))).last.type).toBe('finished');
    expect(await readFile(join(output, 'training_log.jsonl'), 'utf8')).not.toMatch(/^\{"type":"started"\}/);
  });

  /** All files of the output folder, with their content. */
  const files = async () => {
    const entries = await readdir(output, { recursive: true, withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return new Map(
      await Promise.all(names.sort().map(async (name) => [name, await readFile(name, 'base64')] as const)),
    );
  };

  test('another text on resuming', async () => {
    await run(request(LORA), (event) => event.type === 'step' && event.step === 2);
    const asked = request(LORA, { resume: true, data: [text, text] });
    expect(await failure(asked)).toMatchObject({ code: 'resume-differs', detail: 'texts' });
  });

  test('a checkpoint cut short, and the one before it is as it was', async () => {
    await run(request(LORA), (event) => event.type === 'step' && event.step === 4);
    await truncate(join(output, 'checkpoint-4', 'optimizer.safetensors'), 1000);
    const error = await failure(request(LORA, { resume: true }));
    expect(error).toMatchObject({ code: 'checkpoint-broken' });
    expect(error.place).toContain('checkpoint-4');
    await rm(join(output, 'checkpoint-4'), { recursive: true });
    const { events } = await run(request(LORA, { resume: true }));
    expect(events[0]).toMatchObject({ type: 'started', resumed_from: 3 });
  });

  test('an adapter for full fine-tuning, a whole model for LoRA, an adapter that is not there, and another on resuming', async () => {
    await run(request(LORA));
    const from_adapter = output;
    output = join(await mkdtemp(join(scratch, 'run-')), 'fine-tuned-model');
    expect(await failure(request(FULL, { from_adapter }))).toMatchObject({ code: 'adapter-needs-lora' });
    await run(request(FULL));
    const whole = output;
    output = join(await mkdtemp(join(scratch, 'run-')), 'fine-tuned-model');
    expect(await failure(request(LORA, { from_adapter: whole }))).toMatchObject({ code: 'model-needs-full' });
    const missing = run(request(LORA, { from_adapter: join(scratch, 'no adapter') }));
    await expect(missing).rejects.toMatchObject({ code: 'adapter-missing' });
    await run(request(LORA), (event) => event.type === 'step' && event.step === 2);
    expect(await failure(request(LORA, { from_adapter, resume: true }))).toMatchObject({
      code: 'resume-differs',
      detail: 'from_adapter',
    });
  });

  test('a learning rate that leaves the numbers behind', async () => {
    const asked = request(FULL);
    const error = await failure({ ...asked, arguments: { ...asked.arguments, learning_rate: 1e38, max_grad_norm: 0 } });
    expect(error).toMatchObject({ code: 'diverged', place: output });
  });
});
