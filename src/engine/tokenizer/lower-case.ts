import { z } from 'zod';
import type { SentencePieceModel } from './sentencepiece-model';
import { readTokenizerJson } from './tokenizer-file';

const configSchema = z.object({ do_lower_case: z.boolean().nullish() });

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/**
 * Whether text is lower-cased before a SentencePiece model reads it: where `do_lower_case` of tokenizer_config.json says
 * so, and where the vocabulary does. T5Tokenizer, under whose name rinna's models come, does not know the option, so that
 * their cards have it set by hand, and copies of them lack it.
 *
 * @param configFile tokenizer_config.json, which may be missing.
 * @throws {CheckpointError} tokenizer-broken
 */
export async function readLowerCase(configFile: string, model: SentencePieceModel): Promise<boolean> {
  const config = await readTokenizerJson(configFile, configSchema);
  return config?.do_lower_case === true || knowsLowerCaseOnly(model);
}

/** Small letters are pieces, and most capital ones could only become `<unk>`. */
function knowsLowerCaseOnly({ pieces, proto }: SentencePieceModel): boolean {
  if (proto.trainerSpec?.byteFallback === true) return false;
  const known = new Set(pieces.map(({ text }) => text));
  const share = (letters: readonly string[]) => letters.filter((letter) => known.has(letter)).length / letters.length;
  return share(LETTERS) === 1 && share(LETTERS.map((letter) => letter.toUpperCase())) < 0.5;
}
