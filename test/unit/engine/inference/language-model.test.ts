import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint';
import { checkpointFingerprint } from '../../../../src/engine/checkpoint/fingerprint';
import { mergedTensors } from '../../../../src/engine/checkpoint/merge-adapter';
import { writeModelFolder } from '../../../../src/engine/checkpoint/model-folder';
import { type LoraAdapter, writeAdapter } from '../../../../src/engine/checkpoint/peft-adapter';
import { LanguageModel } from '../../../../src/engine/inference/language-model';
import { randomAdapter } from '../../../random-adapter';

const EMBEDDED = join(import.meta.dirname, '../../../../models/tsuzuki-base-ja');
const PROMPT = '彼は老いていた。漁師は';

let scratch: string;
let small: LoraAdapter;
let large: LoraAdapter;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-language-model-'));
  small = await randomAdapter(EMBEDDED, 2, ['attn.c_attn']);
  large = await randomAdapter(EMBEDDED, 5, ['attn.c_attn', 'mlp.c_proj']);
});
afterAll(() => rm(scratch, { recursive: true }));

/** Logits after the prompt. */
async function logits(model: LanguageModel): Promise<Float32Array> {
  return Float32Array.from(await model.logitsAfter(model.tokenizer.encode(PROMPT)));
}

/** What the model with the adapter folded in says. */
async function mergedLogits(name: string, adapter: LoraAdapter): Promise<Float32Array> {
  const base = await openCheckpoint(EMBEDDED);
  const folder = join(scratch, name);
  await writeModelFolder(folder, { base, tensors: mergedTensors(base, adapter) });
  const model = await LanguageModel.open(folder, { cacheFolder: scratch });
  const said = await logits(model);
  await model.close();
  return said;
}

function difference(a: Float32Array, b: Float32Array): number {
  return a.reduce((greatest, x, i) => Math.max(greatest, Math.abs(x - (b[i] ?? Number.NaN))), 0);
}

test('switching between adapters and back forgets what was evaluated, and gives what each merged model gives', async () => {
  const asSmall = await mergedLogits('small', small);
  const asLarge = await mergedLogits('large', large);
  const model = await LanguageModel.open(EMBEDDED, { cacheFolder: scratch });
  const alone = await logits(model);
  expect(difference(alone, asSmall)).toBeGreaterThan(0.1);

  await model.useAdapter(small);
  expect(model.adapter).toBe(small);
  expect(difference(await logits(model), asSmall)).toBeLessThan(1e-4);
  await model.useAdapter(large);
  expect(difference(await logits(model), asLarge)).toBeLessThan(1e-4);
  await model.useAdapter(small);
  expect(difference(await logits(model), asSmall)).toBeLessThan(1e-4);
  await model.useAdapter(undefined);
  expect(model.adapter).toBeUndefined();
  expect(difference(await logits(model), alone)).toBeLessThan(1e-4);
  await model.close();
});

test('an adapter for another model is refused, and the one before stays', async () => {
  const model = await LanguageModel.open(EMBEDDED, { cacheFolder: scratch });
  await model.useAdapter(small);
  const before = await logits(model);
  const [[module = '', { a, b }] = ['', { a: new Float32Array(), b: new Float32Array() }]] = [...large.matrices];
  const foreign = { ...large, matrices: new Map([[module, { a: a.subarray(1), b }]]) };
  await expect(model.useAdapter(foreign)).rejects.toThrow('made for another model');
  expect(model.adapter).toBe(small);
  model.clearCache();
  expect(difference(await logits(model), before)).toBeLessThan(1e-4);
  await model.close();
});

test('an adapter that was trained on other weights is refused, one that was trained on these is not', async () => {
  const open = async (name: string, base_fingerprint: string) => {
    const adapterFolder = join(scratch, name);
    await writeAdapter(adapterFolder, { ...small, config: { ...small.config, base_fingerprint } });
    return LanguageModel.open(EMBEDDED, { cacheFolder: scratch, adapterFolder });
  };
  await expect(open('of-other-weights', '0'.repeat(64))).rejects.toThrow(
    /adapter_model\.safetensors, .*tsuzuki-base-ja: the adapter was trained on another model/,
  );
  const model = await open('of-these-weights', await checkpointFingerprint(await openCheckpoint(EMBEDDED)));
  await model.close();
});

test('a model opened with an adapter folder begins with it', async () => {
  const folder = join(scratch, 'adapter');
  await writeAdapter(folder, small);
  const model = await LanguageModel.open(EMBEDDED, { cacheFolder: scratch, adapterFolder: folder });
  expect(model.adapter).toEqual(small);
  expect(difference(await logits(model), await mergedLogits('from-folder', small))).toBeLessThan(1e-4);
  await model.close();
});

test('the logits of several last tokens come together, wherever chunks end and whatever is held', async () => {
  const model = await LanguageModel.open(EMBEDDED, { cacheFolder: scratch, prefillChunk: 4 });
  const V = model.config.vocab_size;
  const tokens = model.tokenizer.encode('彼は老いていた。漁師は、舟で海に出た。海は静かだった。');
  for (let length = 3; length < tokens.length; length++) {
    const text = tokens.slice(0, length);
    if (length % 2 === 0) model.clearCache();
    const together = Float32Array.from(await model.logitsAfter(text, {}, 3));
    expect(together).toHaveLength(3 * V);
    for (const [row, before] of [2, 1, 0].entries()) {
      const alone = await model.logitsAfter(text.slice(0, length - before));
      expect(difference(together.subarray(row * V, (row + 1) * V), Float32Array.from(alone))).toBeLessThan(1e-4);
    }
  }
  await model.close();
});
