import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CheckpointError } from '../checkpoint/checkpoint-error';
import { SPACE_SYMBOL, type Tokenizer } from './tokenizer';

const fileSchema = z.object({
  added_tokens: z.array(z.object({ id: z.int(), content: z.string(), special: z.boolean() })).default([]),
  model: z.object({ vocab: z.union([z.record(z.string(), z.int()), z.array(z.tuple([z.string(), z.number()]))]) }),
});

/**
 * A folder that brings only tokenizer.json, through `@huggingface/transformers`. Loaded on demand: the package is large.
 *
 * @throws {CheckpointError} tokenizer-broken
 */
export async function openHubTokenizer(folder: string, file: string): Promise<Tokenizer> {
  try {
    const { vocabulary, special } = await readVocabulary(file);
    process.env.ORT_DISABLE_TELEMETRY = '1';
    const { AutoTokenizer, env } = await import('@huggingface/transformers');
    env.allowRemoteModels = false;
    const tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true });
    const idOf = (...names: readonly string[]) => {
      const id = vocabulary.findIndex((piece) => names.includes(piece));
      return id < 0 ? undefined : id;
    };
    return {
      vocabularySize: vocabulary.length,
      specialIds: {
        bos: idOf('<s>', '<|endoftext|>', '[CLS]'),
        eos: idOf('</s>', '<|endoftext|>', '[SEP]'),
        pad: idOf('<pad>', '[PAD]'),
        unk: idOf('<unk>', '[UNK]'),
      },
      encode: (text) => Array.from(tokenizer.encode(text, { add_special_tokens: false }), Number),
      decode: (ids) => (ids.length === 0 ? '' : tokenizer.decode([...ids], { skip_special_tokens: true })),
      pieces: (ids) => ids.map((id) => vocabulary[id] ?? ''),
      opensLine: (id) => vocabulary[id]?.startsWith(SPACE_SYMBOL) === true,
      isSpecial: (id) => special.has(id) || vocabulary[id] === undefined,
    };
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    throw new CheckpointError('tokenizer-broken', [file], error instanceof Error ? error.message : String(error));
  }
}

async function readVocabulary(file: string): Promise<{ vocabulary: string[]; special: Set<number> }> {
  const { added_tokens, model } = fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const vocabulary: string[] = [];
  if (Array.isArray(model.vocab)) for (const [id, [piece]] of model.vocab.entries()) vocabulary[id] = piece;
  else for (const [piece, id] of Object.entries(model.vocab)) vocabulary[id] = piece;
  for (const { id, content } of added_tokens) vocabulary[id] = content;
  return { vocabulary, special: new Set(added_tokens.filter(({ special }) => special).map(({ id }) => id)) };
}
