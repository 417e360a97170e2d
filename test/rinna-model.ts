import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint } from '../src/engine/checkpoint/checkpoint';
import { readTensor } from '../src/engine/checkpoint/read-tensor';
import { randomGpt2Folder } from './bench/random-gpt2';
import { contiguous, dict, legacyFile, pickle, type TensorView, tensor } from './pytorch-file';

/** rinna's own SentencePiece model, its config.json files, and 200 texts with their tokens: not ours to copy. */
export const RINNA_FIXTURES = join(process.env.TSUZUKI_FIXTURES ?? '', 'rinna-tokenizer');
export const hasRinnaFixtures = existsSync(join(RINNA_FIXTURES, 'golden.json'));

export interface RinnaText {
  readonly text: string;
  readonly ids: readonly number[];
  readonly pieces: readonly string[];
  readonly decoded: string;
}

/** The text of the 200 with its tokens, as SentencePiece itself makes them. */
export async function rinnaText(text: string): Promise<RinnaText> {
  const { cases }: { cases: RinnaText[] } = JSON.parse(await readFile(join(RINNA_FIXTURES, 'golden.json'), 'utf8'));
  const found = cases.find((one) => one.text === text);
  if (found === undefined) throw new Error(`not among the golden texts: ${text}`);
  return found;
}

/** What rinna's tokenizer_config.json says; `do_lower_case` is left to the test. */
export const RINNA_TOKENIZER_CONFIG = {
  tokenizer_class: 'T5Tokenizer',
  bos_token: '<s>',
  eos_token: '</s>',
  unk_token: '<unk>',
  pad_token: '[PAD]',
  cls_token: '[CLS]',
  sep_token: '[SEP]',
  mask_token: '[MASK]',
  extra_ids: 0,
  additional_special_tokens: [],
  sp_model_kwargs: {},
};

export interface RinnaFolderOptions {
  /** `pytorch_model.bin` as PyTorch wrote it before 1.6; by default model.safetensors. */
  readonly legacyBin?: boolean;
  /** By default true, as rinna has it. */
  readonly lowerCase?: boolean | undefined;
}

/**
 * Writes a folder in the exact shape of rinna/japanese-gpt2-xsmall: its config.json, its tokenizer and no other file of
 * one. The weights are random and narrow.
 *
 * @param cacheFolder Keeps the weights from test to test.
 */
export async function writeRinnaModel(
  folder: string,
  cacheFolder: string,
  { legacyBin = false, lowerCase = true }: RinnaFolderOptions = {},
): Promise<void> {
  const shape = { n_layer: 2, n_embd: 32, n_head: 2, n_inner: 64, n_positions: 128 };
  await mkdir(folder, { recursive: true });
  await cp(await randomGpt2Folder(shape, { cacheFolder }), folder, { recursive: true });
  const config: object = JSON.parse(await readFile(join(RINNA_FIXTURES, 'gpt2-ja-xsmall-config.json'), 'utf8'));
  const narrow = { ...config, ...shape, n_ctx: shape.n_positions };
  await writeFile(join(folder, 'config.json'), JSON.stringify(narrow));
  await copyFile(join(RINNA_FIXTURES, 'spiece.model'), join(folder, 'spiece.model'));
  const tokenizerConfig = { ...RINNA_TOKENIZER_CONFIG, do_lower_case: lowerCase };
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify(tokenizerConfig));
  if (legacyBin) await storeAsLegacyBin(folder);
}

async function storeAsLegacyBin(folder: string): Promise<void> {
  const { tensors } = await openCheckpoint(folder);
  const storages: Record<string, Buffer> = {};
  const views: Record<string, ReturnType<typeof tensor>> = {};
  for (const [name, location] of tensors) {
    const numbers = await readTensor(location);
    const { shape } = location;
    const view: TensorView = { key: name, length: numbers.length, shape, strides: contiguous(shape) };
    views[`transformer.${name}`] = tensor(view);
    storages[name] = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  }
  await writeFile(join(folder, 'pytorch_model.bin'), legacyFile(pickle(dict(views)), storages));
  await rm(join(folder, 'model.safetensors'));
}
