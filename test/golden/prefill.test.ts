import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { openAdapter } from '../../src/engine/checkpoint/peft-adapter';
import { slotFor } from '../../src/engine/inference/adapter-slot';
import { DecoderSession } from '../../src/engine/inference/decoder-session';
import { LanguageModel } from '../../src/engine/inference/language-model';
import { QUANTIZATIONS, type QuantizationOptions } from '../../src/engine/quantization/dtype';
import { encodeLines } from '../../src/engine/tokenizer/tokenizer';
import { readGolden, rowsOf } from './golden-tensors';
import { relativeDifference } from './relative-difference';

const GOLDEN = import.meta.dirname;
const EMBEDDED = join(GOLDEN, '../../models/tsuzuki-base-ja');
/** 8 bits to decode with, so that what is lost comes of the prefill. */
const EIGHT_BITS: QuantizationOptions = { ...QUANTIZATIONS.int8, prefill: 'columns' };
/** As of 8 bits in blocks; one scale a column is a little coarser. */
const NEAR_FP32 = 0.03;

let cacheFolder: string;
beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'tsuzuki-prefill-'));
});
afterAll(() => rm(cacheFolder, { recursive: true }));

describe.each([
  ['arranged at each start', { packFrom: Number.POSITIVE_INFINITY }],
  ['arranged once', { packFrom: 0 }],
  ['cut between all blocks', { stageBytes: 0 }],
  ['with a cache in 32 bits', { cache: 'float32' }],
] as const)('weights by columns, %s', (_, how) => {
  test.each([
    ['gpt2-tiny', undefined],
    ['gpt2-tiny-gelu-ninner', undefined],
    ['gpt2-tiny-scaled', undefined],
    ['gpt2-tiny', 'gpt2-tiny-training/lora-after'],
  ])('%s, adapter %s: after a prefill the logits are near those of 32-bit floats', async (name, adapterName) => {
    const checkpoint = await openCheckpoint(join(GOLDEN, name));
    const adapter = adapterName && (await openAdapter(join(GOLDEN, adapterName), checkpoint.config));
    const golden = readGolden(join(GOLDEN, adapterName ?? name, 'golden.safetensors'));
    const [tokens = []] = rowsOf(golden.get('input_ids'));
    const session = await DecoderSession.create(checkpoint, {
      logitsOf: 'all',
      cacheFolder,
      precision: EIGHT_BITS,
      ...how,
      slot: adapter ? slotFor(adapter, undefined) : undefined,
    });
    if (adapter) session.useAdapter(adapter);
    const cache = session.newCache();
    await session.prefill(tokens.slice(0, 7), cache);
    await session.prefill(tokens.slice(7, 12), cache);
    const rest = await session.forward(tokens.slice(12), cache);
    const expected = rowsOf(golden.get('logits')).slice(12, tokens.length).flat();
    expect(relativeDifference(rest, expected)).toBeLessThan(NEAR_FP32);
    expect(relativeDifference(rest, expected)).toBeGreaterThan(1e-4);
    await session.release();
  });
});

describe('a model with weights by columns', () => {
  let model: LanguageModel;
  let prompt: readonly number[];
  beforeAll(async () => {
    model = await LanguageModel.open(EMBEDDED, { cacheFolder, precision: 'int4', prefillChunk: 64 });
    prompt = encodeLines(model.tokenizer, '海は朝から荒れていた。浜には誰もいなかった。'.repeat(30)).slice(0, 200);
  });
  afterAll(() => model.close());

  /** By the graph that gives logits alone. */
  async function plainly(): Promise<Float32Array> {
    model.clearCache();
    let last = new Float32Array();
    for await (const { logits } of model.evaluate(prompt)) last = Float32Array.from(logits);
    return last;
  }

  test('evaluates a long prompt by them, and comes near what it would say without', async () => {
    const expected = await plainly();
    model.clearCache();
    const logits = await model.logitsAfter(prompt);
    // The prompt is read with 8 bits in place of 4: a part of what 4 bits lose is not lost.
    expect(relativeDifference(logits, expected)).toBeGreaterThan(1e-4);
    expect(relativeDifference(logits, expected)).toBeLessThan(0.2);
  });

  test('goes on where a cancelled prompt ended, with the same result', async () => {
    model.clearCache();
    const expected = Float32Array.from(await model.logitsAfter(prompt));
    model.clearCache();
    const abort = new AbortController();
    let stages = 0;
    const onStage = () => {
      if (++stages === 2) abort.abort();
    };
    await expect(model.logitsAfter(prompt, { signal: abort.signal, onStage })).rejects.toThrow('aborted');
    expect(relativeDifference(await model.logitsAfter(prompt), expected)).toBeLessThan(1e-2);
  });
});

// Windows keeps what another process has mapped.
describe.skipIf(process.platform === 'win32').each([
  ['arranged at each start', Number.POSITIVE_INFINITY],
  ['arranged once', 0],
])('the cache was reset in another window, weights %s', (_, packFrom) => {
  test('a long prompt is evaluated by the other graph, until the weights are there again', async () => {
    const ownCache = await mkdtemp(join(tmpdir(), 'tsuzuki-prefill-reset-'));
    const options = { cacheFolder: ownCache, precision: 'int4', packFrom, prefillChunk: 64 } as const;
    const open = () => LanguageModel.open(EMBEDDED, options);
    const model = await open();
    const prompt = encodeLines(model.tokenizer, '海は朝から荒れていた。'.repeat(30)).slice(0, 150);
    const logitsAfter = async () => {
      model.clearCache();
      return Float32Array.from(await model.logitsAfter(prompt));
    };
    for (const name of await readdir(ownCache)) await rm(join(ownCache, name), { recursive: true, force: true });
    const without = await logitsAfter();
    model.clearCache();
    let plain = new Float32Array();
    for await (const { logits } of model.evaluate(prompt)) plain = Float32Array.from(logits);
    expect(relativeDifference(without, plain)).toBeLessThan(1e-2);

    await (await open()).close();
    expect(relativeDifference(await logitsAfter(), plain)).toBeGreaterThan(1e-2);
    await model.close();
    await rm(ownCache, { recursive: true, force: true });
  });
});

test('without such weights there is no prefill', async () => {
  const checkpoint = await openCheckpoint(join(GOLDEN, 'gpt2-tiny'));
  const session = await DecoderSession.create(checkpoint, { logitsOf: 'last', cacheFolder, precision: 'int8' });
  expect(session.prefills).toBe(false);
  await expect(session.prefill([1, 2], session.newCache())).rejects.toThrow(RangeError);
  await session.release();
});
