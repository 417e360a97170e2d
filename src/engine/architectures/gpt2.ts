import type { ActivationFunction, Gpt2Config } from '../checkpoint/config';
import { type Graph, GraphBuilder, type Value } from '../graph/graph';
import {
  add,
  concat,
  gatherRows,
  gelu,
  last,
  layerNormalization,
  matMul,
  matMulTransposed,
  reshape,
  softmax,
  splitInThree,
  splitInTwo,
  transpose,
} from '../graph/operators';

// B = batch, T = new tokens, P = cached positions (capacity, some of them masked), S = P + T,
// C = n_embd, H = n_head, D = C / H, F = n_inner, V = vocab_size.

/** Gives the graph's value of a parameter, named as in `gpt2Tensors`. */
export type ParameterSource = (g: GraphBuilder, name: string) => Value;

export interface ForwardInputs {
  /** int64 [B, T] */
  readonly inputIds: Value;
  /** int64 [B, T]: the position of each new token, counted from the beginning of the text. */
  readonly positionIds: Value;
  /** float32 [1, 1, T, S]: 0 where a token may look, −∞ where it may not. */
  readonly attentionMask: Value;
  /** int64 [2]: P and T, to cut the attention weights apart. */
  readonly attentionSplit: Value;
  /** One pair a layer, each float32 [B, H, P, D]. */
  readonly past: readonly LayerCache[];
}

export interface LayerCache {
  readonly key: Value;
  readonly value: Value;
}

export interface ForwardOutputs {
  /** float32 [B, T, C]: after the final LayerNorm. */
  readonly hidden: Value;
  /** Keys and values of the new tokens alone, each float32 [B, H, T, D]. */
  readonly present: readonly LayerCache[];
}

/**
 * The forward pass of GPT-2 (Radford et al. 2019), numerically that of Hugging Face's GPT2Model in fp32.
 * Attention over the cache and over the new tokens is computed in two parts that share one softmax, so that the cache
 * is never copied inside the graph: the host keeps it, and only the new keys and values come out.
 */
export function gpt2Forward(
  g: GraphBuilder,
  config: Gpt2Config,
  parameter: ParameterSource,
  inputs: ForwardInputs,
): ForwardOutputs {
  const p = (name: string) => parameter(g, name);
  const present: LayerCache[] = [];

  // [B, T, C]
  let x = add(g, gatherRows(g, p('wte.weight'), inputs.inputIds), gatherRows(g, p('wpe.weight'), inputs.positionIds));
  inputs.past.forEach((past, layer) => {
    const name = (suffix: string) => `h.${layer}.${suffix}`;
    const norm = (value: Value, which: string) =>
      layerNormalization(g, value, p(name(`${which}.weight`)), p(name(`${which}.bias`)), config.layer_norm_epsilon);
    const linear = (value: Value, which: string) =>
      add(g, matMul(g, value, p(name(`${which}.weight`))), p(name(`${which}.bias`)));

    const qkv = linear(norm(x, 'ln_1'), 'attn.c_attn'); // [B, T, 3C]
    const [q, k, v] = splitInThree(g, qkv, 2);
    const heads = { query: splitHeads(g, q, config), key: splitHeads(g, k, config), value: splitHeads(g, v, config) };
    const attended = attend(g, heads, past, attentionScale(config, layer), inputs);
    x = add(g, x, linear(mergeHeads(g, attended, config), 'attn.c_proj'));

    const inner = activate(g, linear(norm(x, 'ln_2'), 'mlp.c_fc'), config.activation_function); // [B, T, F]
    x = add(g, x, linear(inner, 'mlp.c_proj'));
    present.push({ key: heads.key, value: heads.value });
  });
  const hidden = layerNormalization(g, x, p('ln_f.weight'), p('ln_f.bias'), config.layer_norm_epsilon);
  return { hidden, present };
}

/** hidden [..., C] → logits [..., V], by the embedding itself when the head is tied. */
export function gpt2Logits(g: GraphBuilder, config: Gpt2Config, parameter: ParameterSource, hidden: Value): Value {
  const head = parameter(g, config.tie_word_embeddings ? 'wte.weight' : 'lm_head.weight');
  return matMulTransposed(g, hidden, head);
}

function attentionScale(config: Gpt2Config, layer: number): number {
  const byWidth = config.scale_attn_weights ? 1 / Math.sqrt(config.n_embd / config.n_head) : 1;
  return config.scale_attn_by_inverse_layer_idx ? byWidth / (layer + 1) : byWidth;
}

/** [B, T, C] → [B, H, T, D] */
function splitHeads(g: GraphBuilder, x: Value, config: Gpt2Config): Value {
  const H = config.n_head;
  const D = config.n_embd / H;
  const [batch = 'batch', sequence = 'sequence'] = x.shape;
  return transpose(g, reshape(g, x, [0, 0, H, D], [batch, sequence, H, D]), [0, 2, 1, 3]);
}

/** [B, H, T, D] → [B, T, C] */
function mergeHeads(g: GraphBuilder, x: Value, config: Gpt2Config): Value {
  const merged = transpose(g, x, [0, 2, 1, 3]);
  const [batch = 'batch', sequence = 'sequence'] = merged.shape;
  return reshape(g, merged, [0, 0, config.n_embd], [batch, sequence, config.n_embd]);
}

/** softmax(scale · q · [past k, k]ᵀ + mask) · [past v, v], all [B, H, ·, D]; the two halves are never concatenated. */
function attend(
  g: GraphBuilder,
  { query, key, value }: { readonly query: Value; readonly key: Value; readonly value: Value },
  past: LayerCache,
  scale: number,
  inputs: ForwardInputs,
): Value {
  const scores = concat(
    g,
    [matMulTransposed(g, query, past.key, scale), matMulTransposed(g, query, key, scale)], // [B, H, T, P], [B, H, T, T]
    3,
  );
  const weights = softmax(g, add(g, scores, inputs.attentionMask)); // [B, H, T, S]
  const [onPast, onNew] = splitInTwo(g, weights, inputs.attentionSplit, 3, ['past', 'sequence']);
  return add(g, matMul(g, onPast, past.value), matMul(g, onNew, value));
}

function activate(g: GraphBuilder, x: Value, activation: ActivationFunction): Value {
  switch (activation) {
    case 'gelu':
      return gelu(g, x, 'none');
    // Hugging Face writes one formula in three ways; they differ in the last bits alone.
    case 'gelu_new':
    case 'gelu_fast':
    case 'gelu_pytorch_tanh':
      return gelu(g, x, 'tanh');
  }
}

/** Whose logits a decoding graph gives: `last` to draw the next token, `all` to score a text. */
export type LogitsOf = 'last' | 'all';

/**
 * The graph that inference runs ("split" design): the KV cache goes in, the new keys and values and the logits come out.
 * Inputs: those of {@link ForwardInputs}, the cache as `past_key.<layer>`, `past_value.<layer>`.
 * Outputs: `logits` ([B, V] or [B, T, V]), `present_key.<layer>`, `present_value.<layer>`.
 */
export function gpt2DecodingGraph(config: Gpt2Config, parameter: ParameterSource, logitsOf: LogitsOf): Graph {
  const g = new GraphBuilder('gpt2');
  const cache = ['batch', config.n_head, 'past', config.n_embd / config.n_head];
  const { hidden, present } = gpt2Forward(g, config, parameter, {
    inputIds: g.input('input_ids', 'int64', ['batch', 'sequence']),
    positionIds: g.input('position_ids', 'int64', ['batch', 'sequence']),
    attentionMask: g.input('attention_mask', 'float32', [1, 1, 'sequence', 'past+sequence']),
    attentionSplit: g.input('attention_split', 'int64', [2]),
    past: Array.from({ length: config.n_layer }, (_, layer) => ({
      key: g.input(`past_key.${layer}`, 'float32', cache),
      value: g.input(`past_value.${layer}`, 'float32', cache),
    })),
  });
  g.output('logits', gpt2Logits(g, config, parameter, logitsOf === 'all' ? hidden : last(g, hidden, 1)));
  present.forEach(({ key, value }, layer) => {
    g.output(`present_key.${layer}`, key);
    g.output(`present_value.${layer}`, value);
  });
  return g.build();
}
