import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { baseMetadata } from './base-fingerprint';
import type { Checkpoint } from './checkpoint';
import { CheckpointError } from './checkpoint-error';
import { gpt2Tensors } from './gpt2-tensors';
import { writeSafetensors } from './safetensors-writer';
import { TOKENIZER_FILES } from './tokenizer-files';
import { writeWholeFile } from './whole-file';
import { type WholeFolderOptions, writeWholeFolder } from './whole-folder';

/** Files that go along with other weights as they are: how to generate, the tokenizer in all its forms, the licence. */
export const COPIED_FILES = ['generation_config.json', ...TOKENIZER_FILES, 'vocab.txt', 'LICENSE', 'NOTICE'];

export interface ModelFolderContent extends WholeFolderOptions {
  /** Gives config and tokenizer. */
  readonly base: Checkpoint;
  /** The weight of a name of `gpt2Tensors`; asked for one after the other. */
  readonly tensors: (name: string) => Promise<Float32Array> | Float32Array;
  /** Names the weights that these were trained from, as `checkpointFingerprint` gives it. */
  readonly baseFingerprint?: string;
}

/**
 * Writes a Hugging Face folder with other weights for a model, as `save_pretrained` would: Python's
 * `AutoModelForCausalLM.from_pretrained` and `AutoTokenizer` load it. Others see it whole or not at all.
 *
 * @throws {CheckpointError} folder-exists, folder-foreign, or config-broken of the base
 */
export async function writeModelFolder(
  folder: string,
  { base, tensors, baseFingerprint, overwrite }: ModelFolderContent,
): Promise<void> {
  const config = await configText(join(base.folder, 'config.json'));
  const write = async (temporary: string) => {
    await writeSafetensors(
      join(temporary, 'model.safetensors'),
      [...gpt2Tensors(base.config)].map(([name, shape]) => ({
        name: name.startsWith('lm_head.') ? name : `transformer.${name}`,
        shape,
        data: async () => tensors(name),
      })),
      baseMetadata(baseFingerprint),
    );
    await writeWholeFile(join(temporary, 'config.json'), (file) => file.writeFile(config));
    for (const name of COPIED_FILES) await copyIfPresent(join(base.folder, name), join(temporary, name));
  };
  await writeWholeFolder(folder, write, { overwrite: overwrite === true });
}

const configSchema = z.record(z.string(), z.unknown());

/** The base's own config, but for what says how the weights are stored. */
async function configText(file: string): Promise<string> {
  const parsed = configSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new CheckpointError('config-broken', [file], z.prettifyError(parsed.error));
  // Newer versions of transformers write `dtype`, older ones read `torch_dtype`; each reads what the other writes.
  const dtypeName = 'dtype' in parsed.data ? 'dtype' : 'torch_dtype';
  const config = {
    ...parsed.data,
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    [dtypeName]: 'float32',
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

async function copyIfPresent(from: string, to: string): Promise<void> {
  if ((await stat(from).catch(() => undefined)) === undefined) return;
  // Small files. Not copyFile: it would keep that a file may not be written to, as in a store that is read only.
  await writeWholeFile(to, async (file) => file.writeFile(await readFile(from)));
}
