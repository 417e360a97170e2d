import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { DecoderSession, type SessionOptions } from '../../src/engine/inference/decoder-session';
import { maxAbsDifference, readGolden, rowsOf } from './golden-tensors';
import { relativeDifference } from './relative-difference';

const FOLDER = join(import.meta.dirname, 'gpt2-tiny');
const golden = readGolden(join(FOLDER, 'golden.safetensors'));
const [tokens = []] = rowsOf(golden.get('input_ids'));
const expected = rowsOf(golden.get('logits')).slice(0, tokens.length).flat();

let scratch: string;
let session: DecoderSession;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-stages-'));
  session = await DecoderSession.create(await openCheckpoint(FOLDER), {
    logitsOf: 'all',
    cacheFolder: scratch,
    stageBytes: 0,
  });
});
afterAll(async () => {
  await session.release();
  await rm(scratch, { recursive: true });
});

/** A pass over `ids` that is cancelled after `stages` stages. */
async function cancelled(ids: readonly number[], cache: ReturnType<DecoderSession['newCache']>, stages: number) {
  const abort = new AbortController();
  let done = 0;
  const onStage = () => {
    if (++done === stages) abort.abort();
  };
  await expect(session.forward(ids, cache, { signal: abort.signal, onStage })).rejects.toThrow('aborted');
  return done;
}

test('a model cut between all its blocks gives the logits of Hugging Face', async () => {
  const cache = session.newCache();
  let stages = 0;
  const first = await session.forward(tokens.slice(0, 9), cache, { onStage: () => stages++ });
  const rest = await session.forward(tokens.slice(9), cache);
  expect(maxAbsDifference([...first, ...rest], expected)).toBeLessThan(1e-4);
  expect(stages).toBeGreaterThanOrEqual(2 * session.config.n_layer);
});

test('a cancelled pass stops at once, leaves the cache as it was, and goes on where it ended', async () => {
  const cache = session.newCache();
  expect(await cancelled(tokens, cache, 2)).toBe(2);
  expect(cache.length).toBe(0);
  expect(session.resumable(tokens, cache)).toBe(tokens.length);

  let stages = 0;
  await session.forward(tokens, session.newCache(), { onStage: () => stages++ });
  expect(session.resumable(tokens, cache)).toBe(0); // another pass came between

  await cancelled(tokens, cache, 2);
  let rest = 0;
  const logits = await session.forward(tokens, cache, { onStage: () => rest++ });
  expect(rest).toBe(stages - 2);
  expect(maxAbsDifference(logits, expected)).toBeLessThan(1e-4);
});

test('a pass over other tokens does not go on from a cancelled one', async () => {
  const cache = session.newCache();
  await cancelled([...tokens].reverse(), cache, 2);
  expect(session.resumable(tokens, cache)).toBe(0);
  expect(maxAbsDifference(await session.forward(tokens, cache), expected)).toBeLessThan(1e-4);
});

describe('with weights in 8 bits', () => {
  /** Longer than what counts as many new tokens, and as long as the model reads. */
  const long = [...tokens, ...tokens, ...tokens, ...tokens].slice(0, 60);

  /** Logits of all tokens, which come in chunks of these lengths, the last one again and again. */
  async function logits(options: Partial<SessionOptions>, chunks: readonly number[]): Promise<number[]> {
    const checkpoint = await openCheckpoint(FOLDER);
    const quantized = await DecoderSession.create(checkpoint, { logitsOf: 'all', cacheFolder: scratch, ...options });
    const cache = quantized.newCache();
    const all: number[] = [];
    for (let at = 0, i = 0; at < long.length; i++) {
      const chunk = long.slice(at, at + (chunks[Math.min(i, chunks.length - 1)] ?? 1));
      all.push(...(await quantized.forward(chunk, cache)));
      at += chunk.length;
    }
    await quantized.release();
    return all;
  }

  test.each([
    ['int8', [1]],
    ['int8', [30, 1]],
    ['int8', [7, 30, 5]],
    ['int8', [30]],
    ['float32', [30, 1]],
  ] as const)(
    'and a cache in %s, chunks of %j give what 32 bits give, cut between all blocks or not',
    async (cache, chunks) => {
      const exact = await logits({}, [60]);
      const quantized = { precision: 'int8', cache } as const;
      const cut = await logits({ ...quantized, stageBytes: 0 }, chunks);
      expect(relativeDifference(cut, exact)).toBeLessThan(0.02);
      // ONNX Runtime fuses other operators where a graph is not cut; a code may be rounded the other way.
      expect(relativeDifference(cut, await logits(quantized, chunks))).toBeLessThan(1e-3);
    },
  );

  test('a cache in 8 bits is by default what x64 gets', async () => {
    const checkpoint = await openCheckpoint(FOLDER);
    const quantized = await DecoderSession.create(checkpoint, {
      logitsOf: 'last',
      cacheFolder: scratch,
      precision: 'int8',
    });
    const planes = Object.keys(quantized.newCache().layers[0]?.planes ?? {});
    expect(planes.includes('past_key_scale')).toBe(process.arch === 'x64');
    await quantized.release();
  });
});
