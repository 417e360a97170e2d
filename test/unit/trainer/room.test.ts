import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/engine/checkpoint/config';
import { activationBytesWithin, needOf, requireRoom, suitedMethod } from '../../../src/trainer/room';
import { TrainingError } from '../../../src/trainer/training-error';

const MiB = 2 ** 20;
const EMBEDDED = join(import.meta.dirname, '../../../models/tsuzuki-base-ja');
let embedded: Awaited<ReturnType<typeof readConfig>>;
let scratch: string;
beforeAll(async () => {
  embedded = await readConfig(join(EMBEDDED, 'config.json'));
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-room-'));
});
afterAll(() => rm(scratch, { recursive: true }));

describe('the memory of a run with LoRA', () => {
  // Shapes of rinna's models; peaks as docs/measurements.md has them, for blocks of 128 tokens and r = 8.
  test.each([
    ['small, 3 at once', { n_layer: 12, n_embd: 768, n_head: 12, n_inner: 3072 }, 'int8', 3, 1120],
    ['small, 3 at once', { n_layer: 12, n_embd: 768, n_head: 12, n_inner: 3072 }, 'fp32', 3, 1280],
    ['medium, 1 at once', { n_layer: 24, n_embd: 1024, n_head: 16, n_inner: 4096 }, 'int8', 1, 1310],
    ['medium, 1 at once', { n_layer: 24, n_embd: 1024, n_head: 16, n_inner: 4096 }, 'fp32', 1, 1890],
  ] as const)('%s, %o, base in %s, %d blocks: about %d MiB', (_, shape, base_dtype, blocks, measured) => {
    const config = { ...embedded, ...shape, vocab_size: 32000, n_positions: 1024 };
    const { fixed, block } = needOf(config, { method: 'lora', lora_r: 8, base_dtype }, 128);
    const estimate = (fixed + blocks * block) / MiB;
    expect(Math.abs(estimate / measured - 1)).toBeLessThan(0.15);
  });
});

test('a run that trains all of the embedded model, 4 blocks of 256 at once: 622 MiB, or somewhat more', () => {
  const { fixed, block } = needOf(embedded, { method: 'full' }, 256);
  const estimate = (fixed + 4 * block) / MiB;
  // Of so small a model the activations take less than is reckoned.
  expect(estimate / 622).toBeGreaterThan(1);
  expect(estimate / 622).toBeLessThan(1.4);
});

test('all of the embedded model is trained, and LoRA beside one of 336 million parameters', async () => {
  expect(await suitedMethod(EMBEDDED)).toBe('full');
  const medium = { ...embedded, n_layer: 24, n_embd: 1024, n_head: 16, n_inner: 4096, vocab_size: 32000 };
  await writeFile(join(scratch, 'config.json'), JSON.stringify({ ...medium, model_type: 'gpt2' }));
  expect(await suitedMethod(scratch)).toBe('lora');
});

describe('where memory is short, fewer blocks are computed at once', () => {
  const need = { fixed: 1000 * MiB, block: 200 * MiB, disk: 0 };
  test.each([
    [4000, 768],
    [1768, 768],
    [1500, 500],
    [1200, 200],
    [1199, undefined],
    [10, undefined],
  ])('%d MiB: %s for activations', (memory, activations) => {
    const bytes = activationBytesWithin(need, memory * MiB);
    expect(bytes === undefined ? undefined : bytes / MiB).toBe(activations);
  });

  test('a block larger than what is usual has what it needs', () => {
    expect(activationBytesWithin({ ...need, block: 900 * MiB }, 4000 * MiB)).toBe(900 * MiB);
  });
});

describe('before a run takes any', () => {
  /** Of a hundred thousand layers: no machine has room for that. */
  const request = (n_layer: number) => ({
    model: '/models/novelist',
    config: { ...embedded, n_layer },
    hyperparameters: { method: 'lora', lora_r: 16, base_dtype: 'int8' } as const,
    blockSize: 256,
    folder: join(scratch, 'fine-tuning'),
  });

  test('a model that fits has room for a block at least', async () => {
    expect(await requireRoom(request(6))).toBeGreaterThanOrEqual(
      needOf(request(6).config, request(6).hyperparameters, 256).block,
    );
  });

  test('one that does not is refused, with what is missing and a cure', async () => {
    const error = await requireRoom(request(100_000)).catch((refusal: unknown) => refusal);
    if (!(error instanceof TrainingError)) throw new Error('not refused');
    expect(error.code).toBe('memory-short');
    expect(error.describe('ja')).toMatch(
      /^\/models\/novelist: このモデルの学習には、空きメモリーが [\d.]+ GB 足りません。ほかのアプリを閉じてから/u,
    );
    expect(error.describe('en')).toMatch(/[\d.]+ GB more is needed\. Close other programs/);
    const all = { ...request(100_000), hyperparameters: { method: 'full' } as const };
    await expect(requireRoom(all)).rejects.toMatchObject({ code: 'memory-short-for-all' });
  });
});

test.each([
  ['ja', '/disk: ディスクの空きが 640 MB 足りません。空きを作ってから読み直してください。'],
  ['en', '/disk: there is too little space on this disk: 640 MB more is needed. Free some space, then read again.'],
] as const)('a disk without space says so (%s)', (language, message) => {
  expect(new TrainingError('disk-short', '/disk', '640 MB').describe(language)).toContain(message);
});
