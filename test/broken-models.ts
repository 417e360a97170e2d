import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { global, pickle, reduce, text, zipFile } from './pytorch-file';

const EMBEDDED = join(import.meta.dirname, '../models/tsuzuki-base-ja');

interface Tensor {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** One way in which a model folder cannot be used, and what the user is told about it. */
export interface BrokenModel {
  readonly name: string;
  /** Does the damage to a whole copy of the embedded model. */
  readonly damage: (folder: string) => Promise<void>;
  /** Last parts of the paths that the message names; none for the folder itself. */
  readonly files: readonly string[];
  readonly cure: RegExp;
}

const AGAIN = /Download the file again\./;
const CHOOSE = /Choose a Hugging Face model folder/;
const BOTH = /take both from the same model\./;

export const BROKEN_MODELS: readonly BrokenModel[] = [
  {
    name: 'truncated weights',
    damage: (folder) => rewrite(folder, 'model.safetensors', (bytes) => bytes.subarray(0, 1_000_000)),
    files: ['model.safetensors'],
    cure: AGAIN,
  },
  {
    name: 'a header longer than the file',
    damage: (folder) => rewrite(folder, 'model.safetensors', (bytes) => bytes.subarray(0, 200)),
    files: ['model.safetensors'],
    cure: AGAIN,
  },
  {
    name: 'an unknown dtype',
    damage: (folder) => rewriteHeader(folder, (name, tensor) => [name, { ...tensor, dtype: 'F8_E4M3' }]),
    files: ['model.safetensors'],
    cure: /Use weights stored as F32, F16 or BF16\./,
  },
  {
    name: 'a tensor missing',
    damage: (folder) =>
      rewriteHeader(folder, (name, tensor) => (/h\.3\.ln_1\.bias$/.test(name) ? undefined : [name, tensor])),
    files: ['model.safetensors', 'config.json'],
    cure: BOTH,
  },
  {
    name: 'a tensor of another shape',
    damage: (folder) => rewriteConfig(folder, { n_positions: 512 }),
    files: ['model.safetensors', 'config.json'],
    cure: BOTH,
  },
  {
    name: 'weights that would run a program',
    damage: async (folder) => {
      await rm(join(folder, 'model.safetensors'));
      const state = pickle(reduce(global('posix', 'system'), text('echo executed')));
      await writeFile(join(folder, 'pytorch_model.bin'), zipFile(state));
    },
    files: ['pytorch_model.bin'],
    cure: /Download the model from its original source/,
  },
  {
    name: 'another architecture',
    damage: (folder) => rewriteConfig(folder, { architectures: ['LlamaForCausalLM'] }),
    files: ['config.json'],
    cure: /Choose a GPT-2 model/,
  },
  {
    name: 'spiece.model cut short',
    damage: (folder) => rewrite(folder, 'spiece.model', (bytes) => bytes.subarray(0, 100_000)),
    files: ['spiece.model'],
    cure: AGAIN,
  },
  {
    name: 'no tokenizer',
    damage: async (folder) => {
      await rm(join(folder, 'spiece.model'));
      await rm(join(folder, 'tokenizer.json'), { force: true });
    },
    files: [],
    cure: CHOOSE,
  },
  {
    name: 'an empty folder',
    damage: async (folder) => {
      await rm(folder, { recursive: true });
      await mkdir(folder);
    },
    files: [],
    cure: CHOOSE,
  },
];

/** Makes a working copy of the embedded model at `folder`; the weights are linked, not copied. */
export async function copyModel(folder: string): Promise<void> {
  const weights = join(EMBEDDED, 'model.safetensors');
  await cp(EMBEDDED, folder, { recursive: true, filter: (source) => source !== weights });
  await symlink(weights, join(folder, 'model.safetensors'));
}

/** Puts another file in the place of `name`: the link goes, what it pointed to stays as it is. */
async function rewrite(folder: string, name: string, change: (bytes: Buffer) => Buffer): Promise<void> {
  const file = join(folder, name);
  const changed = change(await readFile(file));
  await rm(file);
  await writeFile(file, changed);
}

async function rewriteHeader(
  folder: string,
  change: (name: string, tensor: Tensor) => [string, Tensor] | undefined,
): Promise<void> {
  await rewrite(folder, 'model.safetensors', (bytes) => {
    const dataStart = 8 + Number(bytes.readBigUInt64LE(0));
    const { __metadata__, ...tensors } = JSON.parse(bytes.toString('utf8', 8, dataStart));
    const changed = Object.entries<Tensor>(tensors).flatMap(([name, tensor]) => {
      const entry = change(name, tensor);
      return entry === undefined ? [] : [entry];
    });
    const header = Buffer.from(JSON.stringify({ __metadata__, ...Object.fromEntries(changed) }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    return Buffer.concat([length, header, bytes.subarray(dataStart)]);
  });
}

async function rewriteConfig(folder: string, change: Record<string, unknown>): Promise<void> {
  await rewrite(folder, 'config.json', (bytes) =>
    Buffer.from(JSON.stringify({ ...JSON.parse(bytes.toString('utf8')), ...change })),
  );
}
