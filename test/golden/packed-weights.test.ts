import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { DecoderSession } from '../../src/engine/inference/decoder-session';
import { maxAbsDifference, readGolden, rowsOf } from './golden-tensors';

const FOLDER = join(import.meta.dirname, 'gpt2-tiny');
let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-packed-'));
});
afterAll(() => rm(scratch, { recursive: true }));

test.each([
  ['mapped from the file', 0],
  ['packed into memory', Number.POSITIVE_INFINITY],
])('weights %s give the logits of Hugging Face', async (_, packedBytes) => {
  const golden = readGolden(join(FOLDER, 'golden.safetensors'));
  const [tokens = []] = rowsOf(golden.get('input_ids'));
  const expected = rowsOf(golden.get('logits')).slice(0, tokens.length).flat();
  const session = await DecoderSession.create(await openCheckpoint(FOLDER), {
    logitsOf: 'all',
    cacheFolder: scratch,
    packedBytes,
  });
  const cache = session.newCache();
  const logits = [
    ...(await session.forward(tokens.slice(0, 9), cache)),
    ...(await session.forward(tokens.slice(9, 10), cache)),
    ...(await session.forward(tokens.slice(10), cache)),
  ];
  expect(maxAbsDifference(logits, expected)).toBeLessThan(1e-4);
  await session.release();
});
