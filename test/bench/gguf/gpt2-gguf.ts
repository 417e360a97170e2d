import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Checkpoint } from '../../../src/engine/checkpoint/checkpoint';
import { gpt2Tensors } from '../../../src/engine/checkpoint/gpt2-tensors';
import { readTensor } from '../../../src/engine/checkpoint/read-tensor';
import { isConv1d } from '../../../src/engine/quantization/quantized-layout';
import { transposed } from '../../../src/engine/quantization/transposed';
import type { GgmlType } from './ggml-blocks';
import { type GgufTensor, type GgufValue, writeGguf } from './gguf-file';

/** What the matrices of a GGUF file are. `q4_0` keeps the head in 8 bits, as llama-quantize and we do. */
export const GGUF_KINDS = {
  f32: { modules: 'f32', head: 'f32' },
  q8_0: { modules: 'q8_0', head: 'q8_0' },
  q4_0: { modules: 'q4_0', head: 'q8_0' },
  'q4_0, head too': { modules: 'q4_0', head: 'q4_0' },
} as const satisfies Record<string, { readonly modules: GgmlType; readonly head: GgmlType }>;

export type GgufKind = keyof typeof GGUF_KINDS;

/**
 * The weights of a GPT-2 as llama.cpp reads them. Ids go in and come out: its vocabulary says nothing. Written once.
 *
 * @returns The file.
 */
export async function gpt2Gguf(checkpoint: Checkpoint, kind: GgufKind, folder: string): Promise<string> {
  const file = join(folder, `${basename(checkpoint.folder)}-${kind.replaceAll(/\W+/g, '-')}.gguf`);
  if ((await stat(file).catch(() => undefined)) !== undefined) return file;
  const { config, tensors } = checkpoint;
  const { modules, head } = GGUF_KINDS[kind];
  const header: Record<string, GgufValue> = {
    'general.architecture': { kind: 'string', value: 'gpt2' },
    'general.name': { kind: 'string', value: basename(checkpoint.folder) },
    'gpt2.context_length': { kind: 'uint32', value: config.n_positions },
    'gpt2.embedding_length': { kind: 'uint32', value: config.n_embd },
    'gpt2.feed_forward_length': { kind: 'uint32', value: config.n_inner },
    'gpt2.block_count': { kind: 'uint32', value: config.n_layer },
    'gpt2.attention.head_count': { kind: 'uint32', value: config.n_head },
    'gpt2.attention.layer_norm_epsilon': { kind: 'float32', value: config.layer_norm_epsilon },
    'tokenizer.ggml.model': { kind: 'string', value: 'llama' },
    'tokenizer.ggml.tokens': { kind: 'strings', value: placeholderTokens(config.vocab_size) },
  };
  const stored: GgufTensor[] = [...gpt2Tensors(config)].map(([name, shape]) => {
    const location = tensors.get(name);
    if (location === undefined) throw new Error(`${checkpoint.folder} has no ${name}`);
    const [first = 1, second = 1] = shape;
    if (!isConv1d(name)) {
      const matrix = name === 'wte.weight' || name === 'lm_head.weight';
      return { name: ggufName(name), shape, type: matrix ? head : 'f32', read: () => readTensor(location) };
    }
    const read = async () => transposed(await readTensor(location), first, second);
    return { name: ggufName(name), shape: [second, first], type: modules, read };
  });
  await writeGguf(file, header, stored);
  return file;
}

/** A vocabulary that llama.cpp takes: it wants the special tokens and one for each byte. */
function placeholderTokens(count: number): string[] {
  const known = ['<unk>', '<s>', '</s>', ...Array.from({ length: 256 }, (_, byte) => byteToken(byte))];
  return Array.from({ length: count }, (_, id) => known[id] ?? `t${id}`);
}

function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^wte\./, 'token_embd.'],
  [/^wpe\./, 'position_embd.'],
  [/^ln_f\./, 'output_norm.'],
  [/^lm_head\./, 'output.'],
  [/^h\.(\d+)\.ln_1\./, 'blk.$1.attn_norm.'],
  [/^h\.(\d+)\.attn\.c_attn\./, 'blk.$1.attn_qkv.'],
  [/^h\.(\d+)\.attn\.c_proj\./, 'blk.$1.attn_output.'],
  [/^h\.(\d+)\.ln_2\./, 'blk.$1.ffn_norm.'],
  [/^h\.(\d+)\.mlp\.c_fc\./, 'blk.$1.ffn_up.'],
  [/^h\.(\d+)\.mlp\.c_proj\./, 'blk.$1.ffn_down.'],
];

/** `h.0.attn.c_attn.weight` → `blk.0.attn_qkv.weight` */
function ggufName(name: string): string {
  for (const [pattern, replacement] of NAMES) {
    if (pattern.test(name)) return name.replace(pattern, replacement);
  }
  throw new Error(`llama.cpp has no name for ${name}`);
}
