import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CheckpointError } from '../../../../src/engine/checkpoint/checkpoint-error';
import { type Gpt2Config, readConfig } from '../../../../src/engine/checkpoint/config';
import { loraScale } from '../../../../src/engine/checkpoint/lora-modules';
import {
  type LoraAdapter,
  type LoraConfig,
  loraModules,
  openAdapter,
  writeAdapter,
} from '../../../../src/engine/checkpoint/peft-adapter';
import { writeSafetensors } from '../../../../src/engine/checkpoint/safetensors-writer';

const GOLDEN = join(import.meta.dirname, '../../../golden');
const TINY = join(GOLDEN, 'gpt2-tiny');
const ALL = ['attn.c_attn', 'attn.c_proj', 'mlp.c_fc', 'mlp.c_proj'] as const;

let scratch: string;
let folder: string;
let base: Gpt2Config;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-adapter-'));
  folder = join(scratch, 'adapter');
  await cp(join(GOLDEN, 'gpt2-tiny-training/lora-start'), folder, { recursive: true });
  base = await readConfig(join(TINY, 'config.json'));
});
afterEach(() => rm(scratch, { recursive: true }));

async function configure(change: Record<string, unknown>): Promise<void> {
  const file = join(folder, 'adapter_config.json');
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...change }));
}

/** Keeps only the matrices whose module `kept` names. */
async function keep(kept: (module: string) => boolean): Promise<void> {
  const { matrices, config } = await openAdapter(folder, base);
  const tensors = [...matrices].flatMap(([module, { a, b }]) => {
    const name = `base_model.model.transformer.${module}`;
    return kept(module)
      ? [
          { name: `${name}.lora_A.weight`, shape: [config.r, a.length / config.r], data: a },
          { name: `${name}.lora_B.weight`, shape: [b.length / config.r, config.r], data: b },
        ]
      : [];
  });
  await writeSafetensors(join(folder, 'adapter_model.safetensors'), tensors);
}

async function failure(config = base): Promise<CheckpointError> {
  const error = await openAdapter(folder, config, TINY).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CheckpointError) return error;
  throw new Error(`expected a CheckpointError, got ${String(error)}`);
}

const adapted = ({ matrices }: LoraAdapter) =>
  [...matrices].filter(([, { b }]) => b.some((number) => number !== 0)).map(([module]) => module);

test('every module of the targets with its widths, in the order of the forward pass', () => {
  expect([...loraModules({ ...base, n_layer: 2, n_embd: 8, n_inner: 20 }, ['mlp.c_proj', 'attn.c_attn'])]).toEqual([
    ['h.0.attn.c_attn', { in: 8, out: 24 }],
    ['h.0.mlp.c_proj', { in: 20, out: 8 }],
    ['h.1.attn.c_attn', { in: 8, out: 24 }],
    ['h.1.mlp.c_proj', { in: 20, out: 8 }],
  ]);
});

test("an adapter as PEFT writes it: 'c_proj' means both modules of that name", async () => {
  const { config, matrices } = await openAdapter(folder, base);
  expect(config).toEqual({
    r: 4,
    lora_alpha: 8,
    lora_dropout: 0,
    target_modules: ALL,
    base_model_name_or_path: undefined,
  });
  expect([...matrices.keys()]).toEqual([...loraModules(base, ALL).keys()]);
  expect(matrices.get('h.2.attn.c_attn')?.a).toHaveLength(4 * 48);
  expect(matrices.get('h.2.attn.c_attn')?.b).toHaveLength(144 * 4);
});

test('what is written is read again, the base it belongs to included', async () => {
  const { matrices } = await openAdapter(folder, base);
  const config: LoraConfig = {
    r: 4,
    lora_alpha: 12.5,
    lora_dropout: 0.1,
    use_rslora: true,
    target_modules: ALL,
    base_model_name_or_path: 'rinna/japanese-gpt2-medium',
    base_fingerprint: '3f2a',
  };
  const copy = join(scratch, 'models/copy');
  await writeAdapter(copy, { config, matrices });
  expect(await openAdapter(copy, base)).toEqual({ config, matrices });
  expect((await readdir(copy)).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
  expect(await readdir(join(scratch, 'models'))).toEqual(['copy']);
});

test.each([
  ['lora_alpha / r', {}, 2],
  ['lora_alpha / √r with use_rslora', { use_rslora: true }, 4],
])('the scale is %s', async (_, change, scale) => {
  await configure(change);
  expect(loraScale((await openAdapter(folder, base)).config)).toBe(scale);
});

describe('which modules are adapted', () => {
  const everywhere = (...targets: string[]) =>
    targets.flatMap((target) => [0, 1, 2].map((i) => `h.${i}.${target}`)).sort();
  test.each<[string, Record<string, unknown>, readonly string[]]>([
    ['one module by its longer name', { target_modules: ['attn.c_proj'] }, everywhere('attn.c_proj')],
    ['names that GPT-2 has not are passed over', { target_modules: ['q_proj', 'c_fc'] }, everywhere('mlp.c_fc')],
    ["PEFT's own choice", { target_modules: null }, everywhere('attn.c_attn')],
    ['all-linear', { target_modules: 'all-linear' }, everywhere(...ALL)],
    ['whole names', { target_modules: ['transformer.h.1.mlp.c_fc'] }, ['h.1.mlp.c_fc']],
    ['some left out', { target_modules: ['c_proj'], exclude_modules: ['mlp.c_proj'] }, everywhere('attn.c_proj')],
    [
      'some layers',
      { target_modules: ['c_attn'], layers_to_transform: [0, 2] },
      ['h.0.attn.c_attn', 'h.2.attn.c_attn'],
    ],
    ['one layer', { target_modules: ['c_attn'], layers_to_transform: 1, layers_pattern: 'h' }, ['h.1.attn.c_attn']],
    [
      'a regular expression',
      { target_modules: String.raw`.*\.h\.[01]\.(?P<kind>attn)\.c_attn` },
      ['h.0.attn.c_attn', 'h.1.attn.c_attn'],
    ],
  ])('%s', async (_, change, expected) => {
    await keep((module) => expected.includes(module));
    await configure(change);
    const adapter = await openAdapter(folder, base);
    expect(adapted(adapter).sort()).toEqual([...expected]);
    // What the adapter leaves out of a target has matrices that change nothing.
    expect([...adapter.matrices.keys()]).toEqual([...loraModules(base, adapter.config.target_modules).keys()]);
  });
});

describe('what is not supported is refused by name', () => {
  test.each<[string, Record<string, unknown>]>([
    ['peft_type: "IA3"', { peft_type: 'IA3' }],
    ['use_dora: true', { use_dora: true }],
    ['bias: "lora_only"', { bias: 'lora_only' }],
    ['rank_pattern: {"c_fc":8}', { rank_pattern: { c_fc: 8 } }],
    ['alpha_pattern: {"c_fc":8}', { alpha_pattern: { c_fc: 8 } }],
    ['modules_to_save: ["wte"]', { modules_to_save: ['wte'] }],
    ['trainable_token_indices: [3]', { trainable_token_indices: [3] }],
    ['layers_pattern: "layers"', { layers_to_transform: [0], layers_pattern: 'layers' }],
    ['init_lora_weights: "pissa"', { init_lora_weights: 'pissa' }],
  ])('%s', async (detail, change) => {
    await configure(change);
    expect(await failure()).toMatchObject({
      code: 'adapter-unsupported',
      files: [join(folder, 'adapter_config.json')],
      detail,
    });
  });

  test('weights of other modules', async () => {
    const name = 'base_model.model.transformer.wte.lora_embedding_A';
    await writeSafetensors(join(folder, 'adapter_model.safetensors'), [
      { name, shape: [1], data: new Float32Array(1) },
    ]);
    expect(await failure()).toMatchObject({ code: 'adapter-unsupported', detail: name });
  });
});

describe('what does not fit together names both files', () => {
  test('a wider model', async () => {
    expect(await failure({ ...base, n_embd: 64 })).toMatchObject({
      code: 'adapter-mismatch',
      files: [join(folder, 'adapter_model.safetensors'), join(TINY, 'config.json')],
      detail: 'h.0.attn.c_attn: A [4,48], B [144,4] in the weights, [4,64], [192,4] wanted',
    });
  });

  test('a model of fewer layers', async () => {
    expect(await failure({ ...base, n_layer: 2 })).toMatchObject({
      code: 'adapter-mismatch',
      detail: 'h.2.attn.c_attn',
    });
  });

  test('a model of more layers', async () => {
    expect(await failure({ ...base, n_layer: 4 })).toMatchObject({ code: 'tensor-missing' });
  });

  test('another rank in the config', async () => {
    await configure({ r: 8 });
    expect(await failure()).toMatchObject({
      code: 'tensor-misshapen',
      files: [join(folder, 'adapter_model.safetensors'), join(folder, 'adapter_config.json')],
    });
  });

  test('targets that the model has not', async () => {
    await configure({ target_modules: ['q_proj', 'v_proj'] });
    expect(await failure()).toMatchObject({ code: 'adapter-mismatch' });
  });
});

describe('broken folders', () => {
  test('no folder, no config, no weights', async () => {
    await rm(join(folder, 'adapter_model.safetensors'));
    expect(await failure()).toMatchObject({
      code: 'adapter-missing',
      files: [join(folder, 'adapter_model.safetensors')],
    });
    await rm(folder, { recursive: true });
    expect(await failure()).toMatchObject({ code: 'adapter-missing', files: [join(folder, 'adapter_config.json')] });
  });

  test('a config that is no JSON, or says nonsense', async () => {
    await configure({ r: 'four' });
    expect(await failure()).toMatchObject({ code: 'adapter-broken' });
    await writeFile(join(folder, 'adapter_config.json'), '<html>');
    expect(await failure()).toMatchObject({ code: 'adapter-broken' });
  });

  test('weights cut short', async () => {
    const file = join(folder, 'adapter_model.safetensors');
    await writeFile(file, (await readFile(file)).subarray(0, 20_000));
    expect(await failure()).toMatchObject({ code: 'weights-truncated', files: [file] });
  });

  test('the user reads the option and the cure in both languages', async () => {
    await configure({ use_dora: true });
    const error = await failure();
    expect(error.describe('en')).toMatch(/adapter_config\.json: .+ not supported \(use_dora: true\)\. Merge it/);
    expect(error.describe('ja')).toMatch(
      /adapter_config\.json: 対応していない設定を使うアダプタです \(use_dora: true\)。/,
    );
  });
});

describe('where an adapter is written', () => {
  const read = () => openAdapter(folder, base);

  test('over another one only when told so', async () => {
    const { config, matrices } = await read();
    await expect(writeAdapter(folder, { config, matrices })).rejects.toMatchObject({ code: 'folder-exists' });
    await writeAdapter(folder, { config: { ...config, lora_alpha: 99 }, matrices }, { overwrite: true });
    expect((await read()).config.lora_alpha).toBe(99);
    expect(await readdir(scratch)).toEqual(['adapter']);
  });

  test('into an empty folder', async () => {
    const empty = join(scratch, 'empty');
    await mkdir(empty);
    await writeAdapter(empty, await read());
    expect(await openAdapter(empty, base)).toEqual(await read());
  });

  test.each([
    ['pictures', 'photo.jpg'],
    ['folders', 'adapter_config.json/inner'],
  ])('never over a folder of %s', async (_, content) => {
    const foreign = join(scratch, 'foreign');
    await mkdir(join(foreign, content), { recursive: true });
    const writing = writeAdapter(foreign, await read(), { overwrite: true });
    await expect(writing).rejects.toMatchObject({ code: 'folder-foreign' });
    expect((await readdir(scratch)).sort()).toEqual(['adapter', 'foreign']);
  });

  test('a failure leaves what was there, and nothing else', async () => {
    const before = await read();
    const matrices = new Map([['h.0.attn.c_attn', { a: new Float32Array(7), b: new Float32Array(4) }]]);
    await expect(writeAdapter(folder, { config: before.config, matrices }, { overwrite: true })).rejects.toThrow(
      RangeError,
    );
    expect(await read()).toEqual(before);
    expect(await readdir(scratch)).toEqual(['adapter']);
  });
});
