import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CheckpointError } from '../checkpoint/checkpoint-error';
import { readSpecialTokens, specialIds } from './special-tokens';
import { MAX_VOCABULARY, piecesLongerThan, SPACE_SYMBOL, type Tokenizer } from './tokenizer';
import { exists } from './tokenizer-file';

const id = z.int().nonnegative().lt(MAX_VOCABULARY);

const fileSchema = z.object({
  added_tokens: z.array(z.object({ id, content: z.string(), special: z.boolean() })).default([]),
  model: z.object({ vocab: z.union([z.record(z.string(), id), z.array(z.tuple([z.string(), z.number()]))]) }),
});

/** What special tokens are called where no file of the folder says it. */
const USUAL_NAMES = {
  bos: ['<s>', '<|endoftext|>', '[CLS]'],
  eos: ['</s>', '<|endoftext|>', '[SEP]'],
  pad: ['<pad>', '[PAD]'],
  unk: ['<unk>', '[UNK]'],
} as const;

/**
 * A folder that brings only tokenizer.json, through `@huggingface/transformers`. Loaded on demand: the package is large.
 *
 * @throws {CheckpointError} tokenizer-broken
 */
export async function openHubTokenizer(folder: string, file: string): Promise<Tokenizer> {
  try {
    const { json, vocabulary, special } = await readVocabulary(file);
    const folderSays = await readSpecialTokens(folder);
    const idOf = (piece: string) => {
      const id = vocabulary.indexOf(piece);
      return id < 0 ? undefined : id;
    };
    const isSpecial = (id: number) => special.has(id) || vocabulary[id] === undefined;
    const hasConfig = await exists(join(folder, 'tokenizer_config.json'));
    process.env.ORT_DISABLE_TELEMETRY = '1';
    const { AutoTokenizer, env, PreTrainedTokenizer } = await import('@huggingface/transformers');
    env.allowRemoteModels = false;
    // AutoTokenizer wants a tokenizer_config.json, which says nothing that is needed here.
    const tokenizer = hasConfig
      ? await AutoTokenizer.from_pretrained(folder, { local_files_only: true })
      : new PreTrainedTokenizer(json, {});
    return {
      vocabularySize: vocabulary.length,
      specialIds: specialIds(folderSays, {
        size: vocabulary.length,
        idOf,
        usualNames: USUAL_NAMES,
      }),
      marksLines: vocabulary.some((piece) => piece?.startsWith(SPACE_SYMBOL)),
      lineBreak: [],
      encode: (text) => Array.from(tokenizer.encode(text, { add_special_tokens: false }), Number),
      decode: (ids) => (ids.length === 0 ? '' : tokenizer.decode([...ids], AS_WRITTEN)),
      pieces: (ids) => ids.map((id) => vocabulary[id] ?? ''),
      opensLine: (id) => vocabulary[id]?.startsWith(SPACE_SYMBOL) === true,
      isSpecial,
      longerThan: (ids) => piecesLongerThan(vocabulary, ids, (id) => !isSpecial(id)),
    };
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    throw new CheckpointError('tokenizer-broken', [file], error instanceof Error ? error.message : String(error));
  }
}

/** Decoding that leaves spaces before punctuation where they are. */
const AS_WRITTEN = { skip_special_tokens: true, clean_up_tokenization_spaces: false } as const;

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
