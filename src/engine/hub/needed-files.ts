import { z } from 'zod';
import { printable } from '../checkpoint/printable';
import { TOKENIZER_FILES } from '../checkpoint/tokenizer-files';
import { HubError } from './hub-error';

/** A file of a repository, as the hub lists it. */
export interface HubFile {
  /** Name in the repository's root. */
  readonly name: string;
  readonly size: number;
  /** What its content must hash to: SHA-256 for large files (Git LFS), git's own hash of a blob for small ones. */
  readonly hash: { readonly kind: 'sha256' | 'git-blob'; readonly hex: string };
}

const CONFIG = 'config.json';

/** Any of these is enough. */
const TOKENIZERS = [
  ['spiece.model'],
  ['tokenizer.model'],
  ['sentencepiece.bpe.model'],
  ['tokenizer.json'],
  ['vocab.json', 'merges.txt'],
];

/** Where weights can be, the best first; an index lists the parts of the container before it. */
const WEIGHTS = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
];

export interface NeededFiles {
  readonly config: HubFile;
  readonly tokenizer: readonly HubFile[];
  /** The one file of the weights, or the index of their parts. */
  readonly weights: HubFile;
}

/**
 * The files of a repository that a GPT-2 needs: its config, its tokenizer, and its weights once.
 *
 * @param id Of the model, for errors.
 * @throws {HubError} files-missing
 */
export function neededFiles(files: readonly HubFile[], id: string): NeededFiles {
  const find = (name: string) => files.find((file) => file.name === name);
  const tokenizer = TOKENIZER_FILES.flatMap((name) => find(name) ?? []);
  const complete = TOKENIZERS.some((names) => names.every((name) => find(name) !== undefined));
  const config = find(CONFIG);
  const weights = WEIGHTS.map(find).find((file) => file !== undefined);
  if (config === undefined) throw new HubError('files-missing', id, CONFIG);
  if (weights === undefined) throw new HubError('files-missing', id, 'model.safetensors, pytorch_model.bin');
  if (!complete) throw new HubError('files-missing', id, 'spiece.model, tokenizer.json, vocab.json + merges.txt');
  return { config, tokenizer, weights };
}

/** Whether a file lists the parts of the weights, and is not the weights. */
export function isIndex({ name }: HubFile): boolean {
  return name.endsWith('.index.json');
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/**
 * The parts that an index lists.
 *
 * @throws {HubError} hub-broken where it cannot be read or names a file elsewhere; files-missing where a part is missing
 */
export function partsOf(index: HubFile, json: string, files: readonly HubFile[], id: string): HubFile[] {
  const broken = (detail: string) => new HubError('hub-broken', `${id}/${index.name}`, detail);
  const ending = index.name.startsWith('model.') ? '.safetensors' : '.bin';
  let names: Set<string>;
  try {
    names = new Set(Object.values(indexSchema.parse(JSON.parse(json)).weight_map));
  } catch (error) {
    throw broken(error instanceof Error ? error.message.slice(0, 200).replaceAll('\n', ' ') : String(error));
  }
  return [...names].map((name) => {
    if (!isPlainName(name) || !name.endsWith(ending)) throw broken(`“${printable(name)}”`);
    const part = files.find((file) => file.name === name);
    if (part === undefined) throw new HubError('files-missing', id, name);
    return part;
  });
}

/** Names that are devices to Windows, whatever their ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A name that leads nowhere but into its folder, on any system. */
export function isPlainName(name: string): boolean {
  return /^[^/\\:\0]+$/.test(name) && name !== '.' && name !== '..' && !DEVICE.test(name);
}
