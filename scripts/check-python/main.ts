// `npm run check:python`: whether transformers and PEFT make of our folders, and we of theirs, the same models.
// TSUZUKI_PYTHON names a Python with torch, transformers and peft.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { mergedTensors } from '../../src/engine/checkpoint/merge-adapter';
import { writeModelFolder } from '../../src/engine/checkpoint/model-folder';
import { openAdapter } from '../../src/engine/checkpoint/peft-adapter';
import { openTokenizer } from '../../src/engine/tokenizer/open-tokenizer';
import { WALK_THROUGH } from '../../src/engine/training/training-arguments';
import { fineTune } from '../../src/trainer/fine-tune';
import type { RequestedMethod } from '../../src/trainer/request';
import { type AdapterToMake, askHuggingFace, type LogitsToCompute } from './hugging-face';
import { ourLogits } from './our-logits';

const ROOT = join(import.meta.dirname, '../..');
const EMBEDDED = join(ROOT, 'models/tsuzuki-base-ja');
const TINY = join(ROOT, 'test/golden/gpt2-tiny-gelu-ninner');
const MANUSCRIPT = join(ROOT, 'sample/umibe.txt');

/** Rounding alone stays far below this. */
const TOLERANCE = 1e-4;

/** What fine-tuning or an adapter must have changed at least, so that the comparison says something. */
const CHANGE = 1e-2;

const TEXTS = [
  '彼は老いていた。漁師は小さな舟で沖へ出ていった。',
  '朝の港はまだ暗く、魚市場の灯だけが水面に揺れていた。',
  '「遅かったな」と兄は言った。𠮷田さんは、返事をしなかった。',
];

/** The models that the others are made from. */
const ALONE = { embedded: 'embedded model', tiny: 'tiny model' } as const;

/** Ways in which PEFT says what it adapts. */
const PEFT_CONFIGS: Readonly<Record<string, Record<string, unknown>>> = {
  'two names': { r: 3, lora_alpha: 7, target_modules: ['c_attn', 'attn.c_proj'] },
  'c_proj for both': { r: 4, lora_alpha: 8, target_modules: ['c_proj'] },
  'all-linear': { r: 2, lora_alpha: 8, target_modules: 'all-linear' },
  'a regular expression': { r: 2, lora_alpha: 4, target_modules: '.*\\.h\\.[02]\\.mlp\\.c_(?P<which>fc|proj)' },
  'some layers': {
    r: 2,
    lora_alpha: 4,
    target_modules: ['c_attn', 'c_fc'],
    layers_to_transform: [1],
    layers_pattern: 'h',
  },
  'some left out': { r: 2, lora_alpha: 4, target_modules: ['c_proj', 'c_fc'], exclude_modules: ['mlp.c_proj'] },
  rsLoRA: { r: 4, lora_alpha: 4, target_modules: ['c_attn'], use_rslora: true },
};

async function check(python: string, scratch: string): Promise<boolean> {
  const [full, adapter, merged] = ['full', 'adapter', 'merged'].map((name) => join(scratch, name)) as [
    string,
    string,
    string,
  ];
  await tune({ method: 'full' }, full, scratch);
  await tune(
    {
      method: 'lora',
      r: 8,
      lora_alpha: 16,
      lora_dropout: 0,
      target_modules: ['attn.c_attn', 'attn.c_proj', 'mlp.c_fc', 'mlp.c_proj'],
      base_dtype: 'fp32',
    },
    adapter,
    scratch,
  );
  const base = await openCheckpoint(EMBEDDED);
  await writeModelFolder(merged, { base, tensors: mergedTensors(base, await openAdapter(adapter, base.config)) });

  const make = Object.entries(PEFT_CONFIGS).map(
    ([name, config], seed): AdapterToMake => ({ folder: join(scratch, name), model: TINY, config, seed }),
  );
  const tokenizer = await openTokenizer(EMBEDDED);
  const encoded = TEXTS.map((text) => tokenizer.encode(text));
  const shortest = Math.min(...encoded.map((ids) => ids.length));
  const ids = encoded.map((one) => one.slice(0, shortest));
  const { config } = await openCheckpoint(TINY);
  const tinyIds = [0, 1].map((row) => Array.from({ length: 12 }, (_, i) => (37 * i + 101 * row) % config.vocab_size));
  const logits: readonly LogitsToCompute[] = [
    { name: ALONE.embedded, model: EMBEDDED, adapter: null, ids },
    { name: ALONE.tiny, model: TINY, adapter: null, ids: tinyIds },
    { name: 'fine-tuned, full', model: full, adapter: null, ids },
    { name: 'fine-tuned, LoRA adapter', model: EMBEDDED, adapter, ids },
    { name: 'LoRA adapter, merged', model: merged, adapter: null, ids },
    ...make.map(({ folder, model }, i) => ({
      name: `adapter by PEFT: ${Object.keys(PEFT_CONFIGS)[i]}`,
      model,
      adapter: folder,
      ids: tinyIds,
    })),
  ];
  const folders = [EMBEDDED, full, merged];
  const tokens = folders.map((model) => ({ model, texts: TEXTS }));
  const theirs = await askHuggingFace(python, { make, logits, tokens }, join(scratch, 'python'));

  const results: boolean[] = [];
  for (const one of logits) {
    const difference = greatestDifference(await ourLogits(one, scratch), theirs.logits.get(one.name));
    results.push(say(`${one.name}: logits`, difference < TOLERANCE, difference.toExponential(1)));
  }
  for (const { name, model } of logits) {
    if (name === ALONE.embedded || name === ALONE.tiny) continue;
    const alone = theirs.logits.get(model === TINY ? ALONE.tiny : ALONE.embedded);
    const change = greatestDifference(theirs.logits.get(name), alone);
    results.push(say(`${name}: is another model`, change > CHANGE, change.toExponential(1)));
  }
  for (const [i, folder] of folders.entries()) {
    const same = JSON.stringify(theirs.tokens[i]) === JSON.stringify(encoded);
    results.push(say(`${basename(folder)}: AutoTokenizer`, same, same ? 'the same tokens' : 'other tokens'));
  }
  return results.every((result) => result);
}

/** A few steps on a small manuscript, as `tsuzuki fine-tune` makes them. */
async function tune(method: RequestedMethod, output: string, scratch: string): Promise<void> {
  await fineTune(
    {
      model: EMBEDDED,
      data: [MANUSCRIPT],
      evalData: [],
      output,
      method,
      arguments: {
        ...WALK_THROUGH,
        max_steps: 3,
        per_device_train_batch_size: 2,
        block_size: 32,
        learning_rate: 1e-3,
      },
      save_steps: 500,
      save_total_limit: 1,
      logging_dir: undefined,
      overwrite_output_dir: false,
      resume: false,
      threads: undefined,
      cacheFolder: scratch,
    },
    { onEvent: () => undefined, signal: new AbortController().signal },
  );
}

/** NaN, and so never small enough, when there is nothing to compare or the lengths differ. */
function greatestDifference(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || a.length === 0 || a.length !== b?.length) return Number.NaN;
  return a.reduce((greatest, x, i) => Math.max(greatest, Math.abs(x - (b[i] ?? Number.NaN))), 0);
}

function say(what: string, holds: boolean, found: string): boolean {
  console.log(`${holds ? 'ok      ' : 'MISMATCH'} ${what}: ${found}`);
  return holds;
}

async function main(): Promise<void> {
  const { TSUZUKI_PYTHON: python } = process.env;
  if (python === undefined || python === '') {
    console.log('not checked: TSUZUKI_PYTHON names no Python with torch, transformers and peft');
    return;
  }
  const scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-check-python-'));
  try {
    if (!(await check(python, scratch))) process.exitCode = 1;
  } finally {
    await rm(scratch, { recursive: true });
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
