import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Checkpoint, openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { mergedTensors } from '../../src/engine/checkpoint/merge-adapter';
import { writeModelFolder } from '../../src/engine/checkpoint/model-folder';
import { type LoraAdapter, openAdapter } from '../../src/engine/checkpoint/peft-adapter';
import { slotFor } from '../../src/engine/inference/adapter-slot';
import { DecoderSession, type SessionOptions } from '../../src/engine/inference/decoder-session';
import { maxAbsDifference, readGolden, rowsOf } from './golden-tensors';

const ADAPTERS = join(import.meta.dirname, 'gpt2-tiny-training');
const TINY = join(import.meta.dirname, 'gpt2-tiny');
const TOLERANCE = 1e-4;

let scratch: string;
let base: Checkpoint;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-adapters-'));
  base = await openCheckpoint(TINY);
});
afterAll(() => rm(scratch, { recursive: true }));

interface Golden {
  readonly ids: readonly number[];
  readonly logits: readonly number[];
}

/** The texts of a golden file with the logits of each. */
function golden(folder: string): readonly Golden[] {
  const tensors = readGolden(join(folder, 'golden.safetensors'));
  const rows = rowsOf(tensors.get('logits'));
  return rowsOf(tensors.get('input_ids')).map((ids, b) => ({
    ids,
    logits: rows.slice(b * ids.length, (b + 1) * ids.length).flat(),
  }));
}

const open = (name: string) => openAdapter(join(ADAPTERS, name), base.config);
const create = (checkpoint: Checkpoint, options: Partial<SessionOptions> = {}) =>
  DecoderSession.create(checkpoint, { logitsOf: 'all', cacheFolder: scratch, ...options });

/** The greatest difference over all texts, fed in pieces of `chunk` tokens. */
async function difference(session: DecoderSession, texts: readonly Golden[], chunk = 17): Promise<number> {
  let greatest = 0;
  for (const { ids, logits } of texts) {
    const cache = session.newCache();
    const all: number[] = [];
    for (let at = 0; at < ids.length; at += chunk)
      all.push(...(await session.forward(ids.slice(at, at + chunk), cache)));
    greatest = Math.max(greatest, maxAbsDifference(all, logits));
  }
  return greatest;
}

describe.each(['lora-start', 'lora-after'])('with %s the logits are those of PEFT', (name) => {
  const texts = golden(join(ADAPTERS, name));

  test.each([
    ['in one go', 17, {}],
    ['in chunks of 5', 5, {}],
    ['token by token', 1, {}],
    ['in many stages', 17, { stageBytes: 0 }],
    [
      'in a slot for a larger adapter',
      17,
      { slot: { r: 7, targets: ['attn.c_attn', 'attn.c_proj', 'mlp.c_fc', 'mlp.c_proj'] } },
    ],
  ] as const)('%s', async (_, chunk, options) => {
    const adapter = await open(name);
    const session = await create(base, { slot: slotFor(adapter, undefined), ...options });
    session.useAdapter(adapter);
    expect(await difference(session, texts, chunk)).toBeLessThan(TOLERANCE);
    await session.release();
  });

  test('and so are those of the merged model', async () => {
    const folder = join(scratch, name);
    await writeModelFolder(folder, { base, tensors: mergedTensors(base, await open(name)) });
    const session = await create(await openCheckpoint(folder));
    expect(await difference(session, texts)).toBeLessThan(TOLERANCE);
    await session.release();
  });
});

test('adapters take turns in one session, and an empty slot gives the model itself', async () => {
  const [start, after] = [await open('lora-start'), await open('lora-after')];
  const [asStart, asAfter, asBase] = [
    golden(join(ADAPTERS, 'lora-start')),
    golden(join(ADAPTERS, 'lora-after')),
    golden(TINY),
  ];
  const session = await create(base, { slot: slotFor(start, undefined) });
  expect(await difference(session, asBase)).toBeLessThan(TOLERANCE);
  session.useAdapter(start);
  expect(await difference(session, asStart)).toBeLessThan(TOLERANCE);
  session.useAdapter(after);
  expect(await difference(session, asAfter)).toBeLessThan(TOLERANCE);
  expect(await difference(session, asStart)).toBeGreaterThan(100 * TOLERANCE);
  session.useAdapter(undefined);
  expect(await difference(session, asBase)).toBeLessThan(TOLERANCE);
  await session.release();
});

test('a pass that was cancelled under one adapter does not go on under another', async () => {
  const [start, after] = [await open('lora-start'), await open('lora-after')];
  const [text] = golden(join(ADAPTERS, 'lora-after'));
  const session = await create(base, { slot: slotFor(start, undefined), stageBytes: 0 });
  const cache = session.newCache();
  const abort = new AbortController();
  session.useAdapter(start);
  const cancelled = session.forward(text?.ids ?? [], cache, { signal: abort.signal, onStage: () => abort.abort() });
  await expect(cancelled).rejects.toThrow('aborted');
  session.useAdapter(after);
  expect(maxAbsDifference(await session.forward(text?.ids ?? [], cache), text?.logits ?? [])).toBeLessThan(TOLERANCE);
  await session.release();
});

test('rank-stabilised adapters are scaled by √r, in the slot and in the merged model', async () => {
  const start = await open('lora-start');
  // alpha / √4 = 4 / 2 is what alpha / r = 8 / 4 was.
  const stabilised: LoraAdapter = { ...start, config: { ...start.config, use_rslora: true, lora_alpha: 4 } };
  const texts = golden(join(ADAPTERS, 'lora-start'));
  const session = await create(base, { slot: slotFor(stabilised, undefined) });
  session.useAdapter(stabilised);
  expect(await difference(session, texts)).toBeLessThan(TOLERANCE);
  await session.release();

  const folder = join(scratch, 'stabilised');
  await writeModelFolder(folder, { base, tensors: mergedTensors(base, stabilised) });
  const merged = await create(await openCheckpoint(folder));
  expect(await difference(merged, texts)).toBeLessThan(TOLERANCE);
  await merged.release();
});

test('an adapter that the session has no room for, or that is made for another model, is refused', async () => {
  const start = await open('lora-start');
  const small = await create(base, { slot: { r: 2, targets: start.config.target_modules } });
  expect(() => small.useAdapter(start)).toThrow('no room');
  await small.release();
  const session = await create(base, { slot: slotFor(start, undefined) });
  const wider = { a: new Float32Array(4 * 64), b: new Float32Array(4 * 192) };
  const foreign: LoraAdapter = { ...start, matrices: new Map([['h.0.attn.c_attn', wider]]) };
  expect(() => session.useAdapter(foreign)).toThrow('made for another model');
  await session.release();
});
