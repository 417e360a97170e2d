import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CheckpointError } from '../checkpoint/checkpoint-error';
import { openHubTokenizer } from './hub-tokenizer';
import { readSentencePieceModel } from './sentencepiece-model';
import { SentencePieceTokenizer } from './sentencepiece-tokenizer';
import type { Tokenizer } from './tokenizer';

const MODEL_FILES = ['spiece.model', 'tokenizer.model', 'sentencepiece.bpe.model'];

/**
 * The tokenizer of a Hugging Face folder: a SentencePiece model where there is one, for it is the original; otherwise
 * tokenizer.json.
 *
 * @throws {CheckpointError} tokenizer-missing, tokenizer-broken
 */
export async function openTokenizer(folder: string): Promise<Tokenizer> {
  for (const name of MODEL_FILES) {
    const file = join(folder, name);
    if (!(await exists(file))) continue;
    const lowerCase = await readLowerCase(join(folder, 'tokenizer_config.json'));
    return new SentencePieceTokenizer(await readSentencePieceModel(file), { file, lowerCase });
  }
  const file = join(folder, 'tokenizer.json');
  if (await exists(file)) return openHubTokenizer(folder, file);
  throw new CheckpointError('tokenizer-missing', [folder], '');
}

const configSchema = z.object({ do_lower_case: z.boolean().nullish() });

/** `do_lower_case` of a tokenizer_config.json; false where there is none. */
export async function readLowerCase(file: string): Promise<boolean> {
  if (!(await exists(file))) return false;
  try {
    return configSchema.parse(JSON.parse(await readFile(file, 'utf8'))).do_lower_case === true;
  } catch (error) {
    throw new CheckpointError('tokenizer-broken', [file], error instanceof Error ? error.message : String(error));
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
