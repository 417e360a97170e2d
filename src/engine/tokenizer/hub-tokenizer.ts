import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CheckpointError } from '../checkpoint/checkpoint-error';
import { SPACE_SYMBOL, type SpecialIds, type Tokenizer } from './tokenizer';

const fileSchema = z.object({
  added_tokens: z.array(z.object({ id: z.int(), content: z.string(), special: z.boolean() })).default([]),
  model: z.object({ vocab: z.union([z.record(z.string(), z.int()), z.array(z.tuple([z.string(), z.number()]))]) }),
});

type Special = keyof SpecialIds;

/** What special tokens are called where neither tokenizer_config.json nor config.json says it. */
const USUAL_NAMES: Readonly<Record<Special, readonly string[]>> = {
  bos: ['<s>', '<|endoftext|>', '[CLS]'],
  eos: ['</s>', '<|endoftext|>', '[SEP]'],
  pad: ['<pad>', '[PAD]'],
  unk: ['<unk>', '[UNK]'],
};

const tokenName = z
  .union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)])
  .optional()
  .catch(undefined);
const tokenId = z.int().nonnegative().optional().catch(undefined);
const namesSchema = z.object({
  bos_token: tokenName,
  eos_token: tokenName,
  pad_token: tokenName,
  unk_token: tokenName,
});
const idsSchema = z.object({
  bos_token_id: tokenId,
  eos_token_id: tokenId,
  pad_token_id: tokenId,
  unk_token_id: tokenId,
});

/**
 * A folder that brings only tokenizer.json, through `@huggingface/transformers`. Loaded on demand: the package is large.
 *
 * @throws {CheckpointError} tokenizer-broken
 */
export async function openHubTokenizer(folder: string, file: string): Promise<Tokenizer> {
  try {
    const { json, vocabulary, special } = await readVocabulary(file);
    const config = await readOptional(join(folder, 'tokenizer_config.json'));
    process.env.ORT_DISABLE_TELEMETRY = '1';
    const { AutoTokenizer, env, PreTrainedTokenizer } = await import('@huggingface/transformers');
    env.allowRemoteModels = false;
    // AutoTokenizer wants a tokenizer_config.json, which says nothing that is needed here.
    const tokenizer =
      config === undefined
        ? new PreTrainedTokenizer(json, {})
        : await AutoTokenizer.from_pretrained(folder, { local_files_only: true });
    const modelConfig = await readOptional(join(folder, 'config.json'));
    return {
      vocabularySize: vocabulary.length,
      specialIds: specialIds(vocabulary, namesSchema.parse(config ?? {}), idsSchema.parse(modelConfig ?? {})),
      encode: (text) => Array.from(tokenizer.encode(text, { add_special_tokens: false }), Number),
      decode: (ids) => (ids.length === 0 ? '' : tokenizer.decode([...ids], AS_WRITTEN)),
      pieces: (ids) => ids.map((id) => vocabulary[id] ?? ''),
      opensLine: (id) => vocabulary[id]?.startsWith(SPACE_SYMBOL) === true,
      isSpecial: (id) => special.has(id) || vocabulary[id] === undefined,
    };
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    throw new CheckpointError('tokenizer-broken', [file], error instanceof Error ? error.message : String(error));
  }
}

/** Decoding that leaves spaces before punctuation where they are. */
const AS_WRITTEN = { skip_special_tokens: true, clean_up_tokenization_spaces: false } as const;

/** Ids by the names that the folder gives, else as config.json says them, else by the usual names. */
function specialIds(
  vocabulary: readonly string[],
  names: z.infer<typeof namesSchema>,
  ids: z.infer<typeof idsSchema>,
): SpecialIds {
  const idOf = (candidates: readonly (string | undefined)[]) => {
    const id = vocabulary.findIndex((piece) => piece !== undefined && candidates.includes(piece));
    return id < 0 ? undefined : id;
  };
  const known = (special: Special) =>
    idOf([names[`${special}_token`]]) ?? ids[`${special}_token_id`] ?? idOf(USUAL_NAMES[special]);
  return { bos: known('bos'), eos: known('eos'), pad: known('pad'), unk: known('unk') };
}

/** A JSON file's content; `undefined` where there is no file. */
async function readOptional(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CheckpointError('tokenizer-broken', [file], error instanceof Error ? error.message : String(error));
  }
}

interface Vocabulary {
  /** The file's content, as it stands. */
  readonly json: object;
  /** The writing of each id; ids that the file skips are missing. */
  readonly vocabulary: readonly string[];
  readonly special: ReadonlySet<number>;
}

async function readVocabulary(file: string): Promise<Vocabulary> {
  const json: object = JSON.parse(await readFile(file, 'utf8'));
  const { added_tokens, model } = fileSchema.parse(json);
  const vocabulary: string[] = [];
  if (Array.isArray(model.vocab)) for (const [id, [piece]] of model.vocab.entries()) vocabulary[id] = piece;
  else for (const [piece, id] of Object.entries(model.vocab)) vocabulary[id] = piece;
  for (const { id, content } of added_tokens) vocabulary[id] = content;
  return { json, vocabulary, special: new Set(added_tokens.filter(({ special }) => special).map(({ id }) => id)) };
}
