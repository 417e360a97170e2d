import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Checkpoint, openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint';
import { gpt2Tensors } from '../../../../src/engine/checkpoint/gpt2-tensors';
import { writeModelFolder } from '../../../../src/engine/checkpoint/model-folder';
import { readTensor } from '../../../../src/engine/checkpoint/read-tensor';
import { readSafetensorsHeader } from '../../../../src/engine/checkpoint/safetensors';

const ROOT = join(import.meta.dirname, '../../../..');
const EMBEDDED = join(ROOT, 'models/tsuzuki-base-ja');
const TINY = join(ROOT, 'test/golden/gpt2-tiny');

let scratch: string;
let output: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-model-folder-'));
  output = join(scratch, 'output');
});
afterEach(() => rm(scratch, { recursive: true }));

/** The weights of a checkpoint as they are. */
const weightsOf = (checkpoint: Checkpoint) => async (name: string) => {
  const place = checkpoint.tensors.get(name);
  if (place === undefined) throw new Error(name);
  return readTensor(place);
};

async function configOf(folder: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
}

test('the same weights give the same model, with its tokenizer but not its card', async () => {
  const base = await openCheckpoint(EMBEDDED);
  await writeModelFolder(output, { base, tensors: weightsOf(base) });
  expect((await readdir(output)).sort()).toEqual([
    'config.json',
    'model.safetensors',
    'special_tokens_map.json',
    'spiece.model',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  const written = await openCheckpoint(output);
  expect(written.config).toEqual(base.config);
  const bytes = async (checkpoint: Checkpoint, name: string) => Buffer.from((await weightsOf(checkpoint)(name)).buffer);
  for (const name of gpt2Tensors(base.config).keys()) {
    expect((await bytes(written, name)).equals(await bytes(base, name)), name).toBe(true);
  }
  for (const name of ['spiece.model', 'tokenizer.json']) {
    expect((await readFile(join(output, name))).equals(await readFile(join(EMBEDDED, name))), name).toBe(true);
  }
});

test.skipIf(process.platform === 'win32')(
  'files of a store that is read only can be written to once copied',
  async () => {
    const store = join(scratch, 'store');
    await cp(TINY, store, { recursive: true });
    for (const name of await readdir(store)) await chmod(join(store, name), 0o444);
    const base = await openCheckpoint(store);
    await writeModelFolder(output, { base, tensors: weightsOf(base) });
    const modes = (await readdir(output)).map(async (name) => (await stat(join(output, name))).mode & 0o200);
    expect(await Promise.all(modes)).toEqual([0o200, 0o200, 0o200]);
  },
);

test('tensors are called what save_pretrained calls them', async () => {
  const base = await openCheckpoint(TINY);
  await writeModelFolder(output, { base, tensors: weightsOf(base) });
  const names = async (folder: string) =>
    [...(await readSafetensorsHeader(join(folder, 'model.safetensors'))).keys()].sort();
  expect(await names(output)).toEqual(await names(TINY));
});

test('an untied head is written beside the embedding', async () => {
  const base = await openCheckpoint(TINY);
  const untied = { ...base, config: { ...base.config, tie_word_embeddings: false } };
  const tensors = (name: string) => weightsOf(base)(name === 'lm_head.weight' ? 'wte.weight' : name);
  await writeModelFolder(output, { base: untied, tensors });
  expect((await readSafetensorsHeader(join(output, 'model.safetensors'))).get('lm_head.weight')?.shape).toEqual([
    512, 48,
  ]);
});

test.each([
  ['torch_dtype', 'torch_dtype'],
  ['dtype', 'dtype'],
])('weights stored in half the bits become float32, and %s says so', async (_, key) => {
  const half = join(scratch, 'half');
  await mkdir(half);
  const { dtype, torch_dtype, ...config } = await configOf(TINY);
  await writeFile(join(half, 'config.json'), JSON.stringify({ ...config, custom: '独自', [key]: 'float16' }));
  await copyFile(
    join(ROOT, 'test/golden/gpt2-tiny-containers/model.float16.safetensors'),
    join(half, 'model.safetensors'),
  );
  const base = await openCheckpoint(half);
  await writeModelFolder(output, { base, tensors: weightsOf(base) });
  expect(await configOf(output)).toEqual({ ...config, custom: '独自', [key]: 'float32' });
  const written = await openCheckpoint(output);
  expect(written.tensors.get('wte.weight')?.dtype).toBe('F32');
  expect(await weightsOf(written)('wte.weight')).toEqual(await weightsOf(base)('wte.weight'));
});

test('a model that lies there is replaced only when told so, whole or not at all', async () => {
  const base = await openCheckpoint(TINY);
  await cp(TINY, output, { recursive: true });
  const zeros = (name: string) =>
    new Float32Array(
      gpt2Tensors(base.config)
        .get(name)
        ?.reduce((a, b) => a * b, 1) ?? 0,
    );
  await expect(writeModelFolder(output, { base, tensors: zeros })).rejects.toMatchObject({ code: 'folder-exists' });

  const diskFull = () => Promise.reject(new Error('no space left on device'));
  await expect(writeModelFolder(output, { base, tensors: diskFull, overwrite: true })).rejects.toThrow('no space left');
  expect((await readdir(output)).sort()).toEqual((await readdir(TINY)).sort());

  await writeModelFolder(output, { base, tensors: zeros, overwrite: true });
  expect(await weightsOf(await openCheckpoint(output))('ln_f.weight')).toEqual(new Float32Array(48));
  expect((await readdir(output)).sort()).toEqual(['config.json', 'generation_config.json', 'model.safetensors']);
  expect(await readdir(scratch)).toEqual(['output']);
});

test('a model can be written over the one that it is made from', async () => {
  await cp(TINY, output, { recursive: true });
  const base = await openCheckpoint(output);
  const before = await weightsOf(base)('wte.weight');
  await writeModelFolder(output, { base, tensors: weightsOf(base), overwrite: true });
  expect(await weightsOf(await openCheckpoint(output))('wte.weight')).toEqual(before);
});
