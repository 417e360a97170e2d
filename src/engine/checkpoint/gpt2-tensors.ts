import type { Gpt2Config } from './config';

/**
 * Every parameter of a GPT2LMHeadModel with its shape, named as Hugging Face names it, less the `transformer.` prefix
 * that some files have. Conv1D weights are [in, out]: y = x·W + b. `lm_head.weight` is there when the head is untied.
 */
export function gpt2Tensors(config: Gpt2Config): Map<string, readonly number[]> {
  const { n_embd: C, n_inner: F, vocab_size: V, n_positions: N } = config;
  const shapes = new Map<string, readonly number[]>([
    ['wte.weight', [V, C]],
    ['wpe.weight', [N, C]],
    ['ln_f.weight', [C]],
    ['ln_f.bias', [C]],
  ]);
  for (let layer = 0; layer < config.n_layer; layer++) {
    const set = (name: string, shape: readonly number[]) => shapes.set(`h.${layer}.${name}`, shape);
    set('ln_1.weight', [C]);
    set('ln_1.bias', [C]);
    set('attn.c_attn.weight', [C, 3 * C]);
    set('attn.c_attn.bias', [3 * C]);
    set('attn.c_proj.weight', [C, C]);
    set('attn.c_proj.bias', [C]);
    set('ln_2.weight', [C]);
    set('ln_2.bias', [C]);
    set('mlp.c_fc.weight', [C, F]);
    set('mlp.c_fc.bias', [F]);
    set('mlp.c_proj.weight', [F, C]);
    set('mlp.c_proj.bias', [C]);
  }
  if (!config.tie_word_embeddings) shapes.set('lm_head.weight', [V, C]);
  return shapes;
}
