import { join } from 'node:path';
import { z } from 'zod';
import type { SpecialIds } from './tokenizer';
import { readTokenizerJson } from './tokenizer-file';

type Special = keyof SpecialIds;

const SPECIALS: readonly Special[] = ['bos', 'eos', 'pad', 'unk'];

/** What the files of a model folder say about tokens that are no text. */
export interface SpecialTokens {
  /** `bos_token_id` and its like of config.json. */
  readonly ids: SpecialIds;
  /** `bos_token` and its like of special_tokens_map.json or tokenizer_config.json. */
  readonly names: Readonly<Partial<Record<Special, string>>>;
  /** Other special tokens, by their names. */
  readonly additional: readonly string[];
}

export const NO_SPECIAL_TOKENS: SpecialTokens = { ids: {}, names: {}, additional: [] };

const tokenName = z
  .union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)])
  .optional()
  .catch(undefined);
const tokenId = z
  .union([z.int().nonnegative(), z.array(z.int().nonnegative()).transform(([first]) => first)])
  .optional()
  .catch(undefined);

const namesSchema = z.object({
  bos_token: tokenName,
  eos_token: tokenName,
  pad_token: tokenName,
  unk_token: tokenName,
  additional_special_tokens: z.array(tokenName).catch([]),
});
const idsSchema = z.object({
  bos_token_id: tokenId,
  eos_token_id: tokenId,
  pad_token_id: tokenId,
  unk_token_id: tokenId,
});

/**
 * Reads what config.json, tokenizer_config.json and special_tokens_map.json of a folder say, where they are there.
 *
 * @throws {CheckpointError} tokenizer-broken
 */
export async function readSpecialTokens(folder: string): Promise<SpecialTokens> {
  const ids = await readTokenizerJson(join(folder, 'config.json'), idsSchema);
  const files = [
    await readTokenizerJson(join(folder, 'tokenizer_config.json'), namesSchema),
    await readTokenizerJson(join(folder, 'special_tokens_map.json'), namesSchema),
  ];
  const name = (special: Special) => files.map((file) => file?.[`${special}_token`]).find((one) => one !== undefined);
  return {
    ids: { bos: ids?.bos_token_id, eos: ids?.eos_token_id, pad: ids?.pad_token_id, unk: ids?.unk_token_id },
    names: Object.fromEntries(SPECIALS.map((special) => [special, name(special)])),
    additional: files.flatMap((file) => file?.additional_special_tokens ?? []).filter((one) => one !== undefined),
  };
}

/** What a vocabulary knows about itself. */
export interface Vocabulary {
  readonly size: number;
  idOf(piece: string): number | undefined;
  /** Names that a special token goes by where the folder says nothing, the likeliest first. */
  readonly usualNames: Readonly<Record<Special, readonly (string | undefined)[]>>;
}

/**
 * The ids of special tokens: those of config.json, which the model was trained with; else by the names that the folder
 * gives; else by the usual ones. An id beyond the vocabulary is a default that nobody changed.
 */
export function specialIds({ ids, names }: SpecialTokens, vocabulary: Vocabulary): SpecialIds {
  const known = (special: Special): number | undefined => {
    const configured = ids[special];
    if (configured !== undefined && configured < vocabulary.size) return configured;
    for (const name of [names[special], ...vocabulary.usualNames[special]]) {
      const id = name === undefined ? undefined : vocabulary.idOf(name);
      if (id !== undefined) return id;
    }
    return undefined;
  };
  return { bos: known('bos'), eos: known('eos'), pad: known('pad'), unk: known('unk') };
}
