import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint';
import { CheckpointError } from '../../../../src/engine/checkpoint/checkpoint-error';

const TINY = join(import.meta.dirname, '../../../golden/gpt2-tiny');
let folder: string;
let weights: string;
let config: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-broken-'));
  await cp(TINY, folder, { recursive: true });
  weights = join(folder, 'model.safetensors');
  config = join(folder, 'config.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function failure(path = folder): Promise<CheckpointError> {
  const error = await openCheckpoint(path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CheckpointError) return error;
  throw new Error(`expected a CheckpointError, got ${String(error)}`);
}

/** Puts another header in front of the data. */
async function withHeader(change: (header: Record<string, { dtype: string; shape: number[] }>) => void) {
  const bytes = await readFile(weights);
  const dataStart = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, dataStart));
  change(header);
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(weights, Buffer.concat([length, text, bytes.subarray(dataStart)]));
}

async function withConfig(change: Record<string, unknown>) {
  await writeFile(config, JSON.stringify({ ...JSON.parse(await readFile(config, 'utf8')), ...change }));
}

test('a good folder opens', async () => {
  const { config: read, tensors } = await openCheckpoint(folder);
  expect(tensors.get('wte.weight')?.shape).toEqual([read.vocab_size, read.n_embd]);
});

test('truncated weights', async () => {
  await writeFile(weights, (await readFile(weights)).subarray(0, 100_000));
  expect(await failure()).toMatchObject({ code: 'weights-truncated', files: [weights] });
});

test('a header longer than the file', async () => {
  await writeFile(weights, (await readFile(weights)).subarray(0, 500));
  expect(await failure()).toMatchObject({ code: 'weights-truncated', files: [weights] });
});

test('a header of an absurd length', async () => {
  await writeFile(weights, Buffer.alloc(64, 0xff));
  expect(await failure()).toMatchObject({ code: 'weights-broken', files: [weights] });
});

test('a few bytes', async () => {
  await writeFile(weights, 'abc');
  expect(await failure()).toMatchObject({ code: 'weights-truncated', files: [weights] });
});

test('a header that is no JSON', async () => {
  const bytes = await readFile(weights);
  bytes.fill(0x7b, 8, 40);
  await writeFile(weights, bytes);
  expect(await failure()).toMatchObject({ code: 'weights-broken', files: [weights] });
});

test('an unknown dtype', async () => {
  await withHeader((header) => Object.assign(header['transformer.wte.weight'] ?? {}, { dtype: 'F8_E4M3' }));
  expect(await failure()).toMatchObject({
    code: 'dtype-unknown',
    files: [weights],
    detail: 'transformer.wte.weight: F8_E4M3',
  });
});

test('a missing tensor names both files', async () => {
  await withHeader((header) => delete header['transformer.h.0.ln_1.bias']);
  expect(await failure()).toMatchObject({ code: 'tensor-missing', files: [weights, config], detail: 'h.0.ln_1.bias' });
});

test('a tensor of another shape names both files', async () => {
  await withConfig({ n_inner: 4321 });
  expect(await failure()).toMatchObject({ code: 'tensor-misshapen', files: [weights, config] });
});

test('another architecture', async () => {
  await withConfig({ architectures: ['LlamaForCausalLM'] });
  expect(await failure()).toMatchObject({ code: 'architecture-unknown', files: [config], detail: 'LlamaForCausalLM' });
});

test('an activation that GPT-2 code does not have', async () => {
  await withConfig({ activation_function: 'swish' });
  expect(await failure()).toMatchObject({ code: 'option-unsupported', files: [config] });
});

test('a config that is no JSON', async () => {
  await writeFile(config, '<html>');
  expect(await failure()).toMatchObject({ code: 'config-broken', files: [config] });
});

test('no config, no weights, an empty folder, no folder', async () => {
  await rm(weights);
  expect(await failure()).toMatchObject({ code: 'weights-missing', files: [weights] });
  await rm(config);
  expect(await failure()).toMatchObject({ code: 'config-missing', files: [config] });
  const empty = join(folder, 'empty');
  await mkdir(empty);
  expect(await failure(empty)).toMatchObject({ code: 'folder-empty', files: [empty] });
  expect(await failure(join(folder, 'nowhere'))).toMatchObject({ code: 'folder-missing' });
});

test('the user reads the file, the problem and the cure in both languages', async () => {
  await writeFile(weights, (await readFile(weights)).subarray(0, 100_000));
  const error = await failure();
  expect(error.describe('en')).toMatch(
    /model\.safetensors: the file ends too early \(.+\)\. Download the file again\./,
  );
  expect(error.describe('ja')).toMatch(
    /model\.safetensors: ファイルが途中で切れています.+ダウンロードし直してください。/,
  );
});
