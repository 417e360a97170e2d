import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Checkpoint, openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { writeModelFolder } from '../../src/engine/checkpoint/model-folder';
import { openAdapter } from '../../src/engine/checkpoint/peft-adapter';
import { readTensor } from '../../src/engine/checkpoint/read-tensor';
import { slotFor } from '../../src/engine/inference/adapter-slot';
import { DecoderSession, type SessionOptions } from '../../src/engine/inference/decoder-session';
import { generate } from '../../src/engine/inference/generate';
import { LanguageModel } from '../../src/engine/inference/language-model';
import { QUANTIZATIONS } from '../../src/engine/quantization/dtype';
import { quantizedWeights } from '../../src/engine/quantization/quantized-weights';
import { encodeLines } from '../../src/engine/tokenizer/tokenizer';
import { randomGpt2Folder } from '../bench/random-gpt2';
import { dequantizedTensors } from './dequantized-tensors';
import { type GoldenTensor, readGolden, rowsOf } from './golden-tensors';
import { relativeDifference } from './relative-difference';

const GOLDEN = import.meta.dirname;
const EMBEDDED = join(GOLDEN, '../../models/tsuzuki-base-ja');
const MODELS = ['gpt2-tiny', 'gpt2-tiny-gelu-ninner', 'gpt2-tiny-scaled'];
const DTYPES = ['int8', 'int4'] as const;

/**
 * How far the logits may move, ‖difference‖ / ‖logits‖. Rounding a weight to b bits with the largest of its block at
 * 2^(b−1) moves it by some 2^−b of that largest one, itself two to three times a typical weight: about 1 % for 8 bits
 * and 15 % for 4; the sums of many such errors come out a little smaller.
 */
const NEAR_FP32 = { int8: 0.02, int4: 0.2 } as const;

/** What is left when the weights are the same: activations rounded to 8 bits, as 8-bit weights are. */
const ACTIVATIONS_ALONE = 0.02;

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-quantized-'));
});
afterAll(() => rm(scratch, { recursive: true }));

const create = (checkpoint: Checkpoint, options: Partial<SessionOptions>) =>
  DecoderSession.create(checkpoint, { logitsOf: 'all', cacheFolder: scratch, ...options });

/** Logits of every position, fed in pieces of `chunk` tokens. */
async function logits(session: DecoderSession, tokens: readonly number[], chunk = 17): Promise<number[]> {
  const cache = session.newCache();
  const all: number[] = [];
  for (let at = 0; at < tokens.length; at += chunk)
    all.push(...(await session.forward(tokens.slice(at, at + chunk), cache)));
  return all;
}

/** The first text of a golden file and its logits. */
function firstText(tensors: ReadonlyMap<string, GoldenTensor>): { ids: number[]; expected: number[] } {
  const [ids = []] = rowsOf(tensors.get('input_ids'));
  return { ids, expected: rowsOf(tensors.get('logits')).slice(0, ids.length).flat() };
}

describe.each(MODELS)('%s', (name) => {
  const folder = join(GOLDEN, name);
  const { ids, expected } = firstText(readGolden(join(folder, 'golden.safetensors')));

  test.each(DTYPES)('%s logits are near those of 32-bit floats, in one go and token by token', async (dtype) => {
    const session = await create(await openCheckpoint(folder), { precision: dtype });
    const whole = await logits(session, ids);
    expect(relativeDifference(whole, expected)).toBeLessThan(NEAR_FP32[dtype]);
    expect(relativeDifference(whole, expected)).toBeGreaterThan(1e-4);
    expect(relativeDifference(await logits(session, ids, 1), expected)).toBeLessThan(NEAR_FP32[dtype]);
    await session.release();
  });

  test.each(DTYPES)('%s computes with the numbers that its file stands for', async (dtype) => {
    const base = await openCheckpoint(folder);
    const layout = await quantizedWeights(base, QUANTIZATIONS[dtype], { cacheFolder: scratch });
    const rounded = join(scratch, `${name}-${dtype}`);
    await writeModelFolder(rounded, { base, tensors: dequantizedTensors(layout) });
    const [floats, integers] = [
      await create(await openCheckpoint(rounded), {}),
      await create(base, { precision: dtype }),
    ];
    const same = await logits(floats, ids);
    expect(relativeDifference(await logits(integers, ids), same)).toBeLessThan(ACTIVATIONS_ALONE);
    await floats.release();
    await integers.release();
  });
});

test.each(DTYPES)('an adapter works beside %s weights, and leaves them as they were', async (dtype) => {
  const base = await openCheckpoint(join(GOLDEN, 'gpt2-tiny'));
  const adapterFolder = join(GOLDEN, 'gpt2-tiny-training/lora-after');
  const adapter = await openAdapter(adapterFolder, base.config);
  const { ids, expected } = firstText(readGolden(join(adapterFolder, 'golden.safetensors')));
  const session = await create(base, { precision: dtype, slot: slotFor(adapter, undefined) });
  const before = await logits(session, ids);
  session.useAdapter(adapter);
  expect(relativeDifference(await logits(session, ids), expected)).toBeLessThan(NEAR_FP32[dtype]);
  expect(relativeDifference(before, expected)).toBeGreaterThan(NEAR_FP32[dtype]);
  session.useAdapter(undefined);
  expect(await logits(session, ids)).toEqual(before);
  await session.release();
});

test('the embedded model writes the same greedy text in 8 bits', async () => {
  const options = {
    temperature: 0,
    topK: 0,
    topP: 1,
    minP: 0,
    repetitionPenalty: 1,
    maxNewTokens: 24,
    seed: 0,
    stopAt: 'none',
  } as const;
  const texts: string[] = [];
  for (const precision of ['fp32', 'int8'] as const) {
    const model = await LanguageModel.open(EMBEDDED, { cacheFolder: scratch, precision });
    const prompt = encodeLines(model.tokenizer, '私はその人を常に先生と呼んでいた。');
    texts.push((await generate(model, prompt, options)).text);
    await model.close();
  }
  expect(texts[1]).toBe(texts[0]);
});

describe('the file of quantised weights', () => {
  const { int8 } = QUANTIZATIONS;
  const files = async (folder: string) =>
    (await readdir(folder)).filter((name) => !/\.(fingerprint|source)$/.test(name));

  test('is made once, with its progress told, and found again', async () => {
    const cacheFolder = join(scratch, 'once');
    const checkpoint = await openCheckpoint(join(GOLDEN, 'gpt2-tiny'));
    const shares: number[] = [];
    const onProgress = (share: number) => shares.push(share);
    const { file } = await quantizedWeights(checkpoint, int8, { cacheFolder, onProgress });
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    shares.length = 0;
    expect((await quantizedWeights(checkpoint, int8, { cacheFolder, onProgress })).file).toBe(file);
    expect(shares).toEqual([]);
  });

  test('of other weights, or made in another way, is another one', async () => {
    const cacheFolder = join(scratch, 'others');
    const made = new Set<string>();
    for (const name of MODELS) {
      for (const dtype of DTYPES) {
        const checkpoint = await openCheckpoint(join(GOLDEN, name));
        made.add((await quantizedWeights(checkpoint, QUANTIZATIONS[dtype], { cacheFolder })).file);
      }
    }
    expect(made.size).toBe(MODELS.length * DTYPES.length);
  });

  test('has every row of an embedding that is read in several pieces', async () => {
    // Of 33,299 rows, 32,768 are read at once; 32,768 ÷ 33,299 · 33,299 is not 32,768 to a computer.
    const shape = { n_layer: 1, n_embd: 128, n_head: 2, n_inner: 256, n_positions: 32, vocab_size: 33_299 };
    const checkpoint = await openCheckpoint(await randomGpt2Folder(shape, { cacheFolder: scratch }));
    const embedding = checkpoint.tensors.get('wte.weight');
    const exact = embedding === undefined ? [] : await readTensor(embedding);
    const layout = await quantizedWeights(checkpoint, int8, { cacheFolder: join(scratch, 'wide') });
    const last = 128;
    expect(relativeDifference(dequantizedTensors(layout)('wte.weight').slice(-last), exact.slice(-last))).toBeLessThan(
      NEAR_FP32.int8,
    );
  });

  test('is not there at all when it was not finished', async () => {
    const cacheFolder = join(scratch, 'interrupted');
    const checkpoint = await openCheckpoint(join(GOLDEN, 'gpt2-tiny'));
    const onProgress = (share: number) => {
      if (share > 0.5) throw new Error('interrupted');
    };
    await expect(quantizedWeights(checkpoint, int8, { cacheFolder, onProgress })).rejects.toThrow('interrupted');
    expect(await files(cacheFolder)).toEqual([]);
    await quantizedWeights(checkpoint, int8, { cacheFolder });
    expect(await files(cacheFolder)).toHaveLength(1);
  });
});
