import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CheckpointError } from '../checkpoint/checkpoint-error';
import type { AddedToken, ByteLevelVocabulary } from './byte-level-tokenizer';
import { MAX_VOCABULARY } from './tokenizer';
import { readTokenizerJson } from './tokenizer-file';

const id = z.int().nonnegative().lt(MAX_VOCABULARY);
const vocab = z.record(z.string(), id);
const token = z.object({ id, content: z.string(), special: z.boolean() });
const merge = z.union([z.string().transform(pairOf), z.tuple([z.string(), z.string()])]);

/** A tokenizer.json that is GPT-2's tokenizer and nothing besides; any other option has to be off. */
const byteLevelJson = z.object({
  added_tokens: z.array(token).default([]),
  normalizer: z.null().optional(),
  pre_tokenizer: z.object({
    type: z.literal('ByteLevel'),
    add_prefix_space: z.boolean(),
    use_regex: z.literal(true).optional(),
  }),
  decoder: z.object({ type: z.literal('ByteLevel') }),
  model: z.object({
    type: z.literal('BPE'),
    dropout: z.null().optional(),
    continuing_subword_prefix: z.literal('').nullish(),
    end_of_word_suffix: z.literal('').nullish(),
    fuse_unk: z.literal(false).optional(),
    byte_fallback: z.literal(false).optional(),
    ignore_merges: z.literal(false).optional(),
    vocab,
    merges: z.array(merge),
  }),
});

const addedTokensJson = z.record(z.string(), id);
const tokenizerConfig = z.object({
  add_prefix_space: z.boolean().nullish(),
  added_tokens_decoder: z
    .record(z.string(), z.object({ content: z.string(), special: z.boolean().default(false) }))
    .optional()
    .catch(undefined),
});

/**
 * The vocabulary of a tokenizer.json that is byte-level BPE; `undefined` for one of another kind.
 *
 * @param json The file's content.
 */
export function byteLevelVocabulary(json: unknown): ByteLevelVocabulary | undefined {
  const parsed = byteLevelJson.safeParse(json);
  if (!parsed.success) return undefined;
  const { model, added_tokens, pre_tokenizer } = parsed.data;
  return {
    ids: new Map(Object.entries(model.vocab)),
    merges: model.merges,
    added: added_tokens,
    addPrefixSpace: pre_tokenizer.add_prefix_space,
  };
}

/**
 * The vocabulary that vocab.json and merges.txt of a folder make, with what added_tokens.json and tokenizer_config.json
 * add to it.
 *
 * @throws {CheckpointError} tokenizer-broken
 */
export async function readVocabularyFiles(folder: string): Promise<ByteLevelVocabulary> {
  const ids = await readTokenizerJson(join(folder, 'vocab.json'), vocab);
  if (ids === undefined) throw new CheckpointError('tokenizer-missing', [join(folder, 'vocab.json')], '');
  const added = await readTokenizerJson(join(folder, 'added_tokens.json'), addedTokensJson);
  const config = await readTokenizerJson(join(folder, 'tokenizer_config.json'), tokenizerConfig);
  const tokens = new Map<number, AddedToken>();
  for (const [content, id] of Object.entries(added ?? {})) tokens.set(id, { id, content, special: false });
  for (const [key, { content, special }] of Object.entries(config?.added_tokens_decoder ?? {})) {
    const parsed = id.safeParse(Number(key));
    if (parsed.success) tokens.set(parsed.data, { id: parsed.data, content, special });
  }
  return {
    ids: new Map(Object.entries(ids)),
    merges: await readMerges(join(folder, 'merges.txt')),
    added: [...tokens.values()],
    addPrefixSpace: config?.add_prefix_space === true,
  };
}

/** A pair on a line, the most frequent first, below a line that names the version. */
async function readMerges(file: string): Promise<[string, string][]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new CheckpointError('tokenizer-missing', [file], error instanceof Error ? error.message : String(error));
  }
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const merges: [string, string][] = [];
  for (const [i, line] of lines.entries()) {
    if (line === '' || (i === 0 && line.startsWith('#version'))) continue;
    const pair = pairOf(line);
    if (pair.includes('')) throw new CheckpointError('tokenizer-broken', [file], `line ${i + 1} is no pair`);
    merges.push(pair);
  }
  return merges;
}

/** `a b` → a and b; the second is empty where there is no space, or more than one. */
function pairOf(line: string): [string, string] {
  const [left = '', right = '', ...others] = line.split(' ');
  return [left, others.length === 0 ? right : ''];
}
