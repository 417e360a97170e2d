import { join } from 'node:path';
import { z } from 'zod';
import { CheckpointError } from '../checkpoint/checkpoint-error';
import { byteLevelVocabulary, readVocabularyFiles } from './byte-level-files';
import { ByteLevelTokenizer, type ByteLevelVocabulary } from './byte-level-tokenizer';
import { openHubTokenizer } from './hub-tokenizer';
import { readLowerCase } from './lower-case';
import { readSentencePieceModel } from './sentencepiece-model';
import { SentencePieceTokenizer } from './sentencepiece-tokenizer';
import { readSpecialTokens } from './special-tokens';
import type { Tokenizer } from './tokenizer';
import { exists, readTokenizerJson } from './tokenizer-file';

const MODEL_FILES = ['spiece.model', 'tokenizer.model', 'sentencepiece.bpe.model'];

/**
 * The tokenizer of a Hugging Face folder: a SentencePiece model where there is one, for it is the original; otherwise
 * tokenizer.json; otherwise vocab.json and merges.txt. Byte-level BPE is our own, whichever file it comes in; what else a
 * tokenizer.json can be is left to `@huggingface/transformers`.
 *
 * @throws {CheckpointError} tokenizer-missing, tokenizer-broken
 */
export async function openTokenizer(folder: string): Promise<Tokenizer> {
  for (const name of MODEL_FILES) {
    const file = join(folder, name);
    if (!(await exists(file))) continue;
    const model = await readSentencePieceModel(file);
    const lowerCase = await readLowerCase(join(folder, 'tokenizer_config.json'), model);
    const special = await readSpecialTokens(folder);
    return new SentencePieceTokenizer(model, { file, lowerCase, special });
  }
  const file = join(folder, 'tokenizer.json');
  const json = await readTokenizerJson(file, z.unknown());
  if (json !== undefined) {
    const vocabulary = byteLevelVocabulary(json);
    return vocabulary === undefined ? openHubTokenizer(folder, file) : openByteLevel(folder, file, vocabulary);
  }
  const vocabularyFile = join(folder, 'vocab.json');
  if (await exists(vocabularyFile)) {
    return openByteLevel(folder, vocabularyFile, await readVocabularyFiles(folder));
  }
  throw new CheckpointError('tokenizer-missing', [folder], '');
}

async function openByteLevel(folder: string, file: string, vocabulary: ByteLevelVocabulary): Promise<Tokenizer> {
  const special = await readSpecialTokens(folder);
  try {
    return new ByteLevelTokenizer(vocabulary, special);
  } catch (error) {
    throw new CheckpointError('tokenizer-broken', [file], error instanceof Error ? error.message : String(error));
  }
}
