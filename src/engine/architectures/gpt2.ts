import type { ActivationFunction, Gpt2Config } from '../checkpoint/config';
import type { GraphBuilder, Value } from '../graph/graph';
import {
  add,
  concat,
  gatherRows,
  gelu,
  layerNormalization,
  matMul,
  matMulTransposed,
  multiply,
  reshape,
  softmax,
  splitInThree,
  splitInTwo,
  transpose,
} from '../graph/operators';
import {
  type AttentionProducts,
  type Int8LayerCache,
  int8ByFew,
  int8ByMany,
  type RoundedHeads,
  roundHeads,
} from './int8-attention';

// B = batch, T = new tokens, P = cached positions (capacity, some of them masked), S = P + T,
// C = n_embd, H = n_head, D = C / H, F = n_inner, V = vocab_size.

/** Gives the graph's value of a parameter, named as in `gpt2Tensors`. */
export type ParameterSource = (g: GraphBuilder, name: string) => Value;

export interface ForwardInputs {
  /** int64 [B, T] */
  readonly inputIds: Value;
  /** int64 [B, T]: the position of each new token, counted from the beginning of the text. */
  readonly positionIds: Value;
  /** float32 [1, 1, T, S]: 0 where a token may look, −∞ where it may not. Without a cache S = T. */
  readonly attentionMask: Value;
  readonly cache?: ForwardCache;
}

export interface ForwardCache {
  /** int64 [2]: P and T, to cut the attention weights apart. */
  readonly split: Value;
  /** One a layer. */
  readonly past: readonly LayerCache[];
}

/** What training, adapters and caches put into the forward pass. */
export interface ForwardHooks {
  /**
   * Changes the output `y` of a linear module such as `h.0.attn.c_attn`, whose input is `x`.
   * Source: LoRA, Hu et al. 2021.
   */
  readonly adapt?: (module: string, x: Value, y: Value) => Value;
  /** x·W of a linear module such as `h.0.attn.c_attn`, in place of the product with its weight: for quantised ones. */
  readonly product?: (module: string, x: Value) => Value;
  /** The rows of the token embedding, in place of a lookup in `wte.weight`: ids [B, T] → [B, T, C]. */
  readonly embed?: (ids: Value) => Value;
  /** Drops entries of `x` at a place such as `h.0.attn.weights`, where GPT-2 has a dropout of that kind. */
  readonly dropout?: (place: string, kind: DropoutKind, x: Value) => Value;
  /** Makes outputs of what the cache is to keep. */
  readonly keep?: (layer: number, present: NewHeads) => void;
}

/** The dropouts of a GPT-2, named as config.json names their probabilities (`attn_pdrop`). */
export type DropoutKind = 'attn' | 'embd' | 'resid';

export type LayerCache = Float32LayerCache | Int8LayerCache;

/** What keys and values are kept as. */
export type CacheType = LayerCache['type'];

/** Keys and values as the forward pass gives them, each float32 [B, H, P, D]. */
export interface Float32LayerCache {
  readonly type: 'float32';
  readonly key: Value;
  readonly value: Value;
}

/** What a layer has of the new tokens. */
export interface NewHeads {
  /** Queries, keys and values: float32 [B, 3H, T, D]. */
  readonly heads: Value;
  /** Where the cache is one in 8 bits. */
  readonly rounded?: RoundedHeads;
}

/**
 * The forward pass of GPT-2 (Radford et al. 2019), numerically that of Hugging Face's GPT2Model in fp32.
 * Attention over the cache and over the new tokens is computed in two parts that share one softmax, so that the cache
 * is not copied inside the graph for every token: the host keeps it, and only the new keys and values come out.
 *
 * @returns The hidden states after the final LayerNorm, float32 [B, T, C].
 */
export function gpt2Forward(
  g: GraphBuilder,
  config: Gpt2Config,
  parameter: ParameterSource,
  inputs: ForwardInputs,
  hooks: ForwardHooks = {},
): Value {
  const p = (name: string) => parameter(g, name);
  const product = hooks.product ?? ((module, x) => matMul(g, x, p(`${module}.weight`)));
  const adapt = hooks.adapt ?? ((_, __, y) => y);
  const drop = hooks.dropout ?? ((_, __, x) => x);

  const embed = hooks.embed ?? ((ids) => gatherRows(g, p('wte.weight'), ids));
  const embedded = add(g, embed(inputs.inputIds), gatherRows(g, p('wpe.weight'), inputs.positionIds));
  let x = drop('embedding', 'embd', embedded); // [B, T, C]
  for (let layer = 0; layer < config.n_layer; layer++) {
    const name = (suffix: string) => `h.${layer}.${suffix}`;
    const norm = (value: Value, which: string) =>
      layerNormalization(g, value, p(name(`${which}.weight`)), p(name(`${which}.bias`)), config.layer_norm_epsilon);
    const linear = (value: Value, which: string) =>
      adapt(name(which), value, add(g, product(name(which), value), p(name(`${which}.bias`))));

    const heads = splitHeads(g, linear(norm(x, 'ln_1'), 'attn.c_attn'), config); // [B, 3H, T, D]
    const [query, key, value] = splitInThree(g, heads, 1); // [B, H, T, D]
    const { cache, rounded } = layerOf(g, inputs.cache, layer, { key, value });
    hooks.keep?.(layer, { heads, ...(rounded && { rounded }) });
    const attended = attend(
      g,
      { query, key, value },
      {
        scale: attentionScale(config, layer),
        mask: inputs.attentionMask,
        cache,
        dropWeights: (weights) => drop(name('attn.weights'), 'attn', weights),
      },
    );
    x = add(g, x, drop(name('attn'), 'resid', linear(mergeHeads(g, attended, config), 'attn.c_proj')));

    const inner = activate(g, linear(norm(x, 'ln_2'), 'mlp.c_fc'), config.activation_function); // [B, T, F]
    x = add(g, x, drop(name('mlp'), 'resid', linear(inner, 'mlp.c_proj')));
  }
  return layerNormalization(g, x, p('ln_f.weight'), p('ln_f.bias'), config.layer_norm_epsilon);
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

/** Queries, keys and values [B, T, 3C] → their heads [B, 3H, T, D]: all turned round at once. */
function splitHeads(g: GraphBuilder, x: Value, config: Gpt2Config): Value {
  const H = config.n_head;
  const D = config.n_embd / H;
  const [batch = 'batch', sequence = 'sequence'] = x.shape;
  return transpose(g, reshape(g, x, [0, 0, 3 * H, D], [batch, sequence, 3 * H, D]), [0, 2, 1, 3]);
}

/** [B, H, T, D] → [B, T, C] */
function mergeHeads(g: GraphBuilder, x: Value, config: Gpt2Config): Value {
  const merged = transpose(g, x, [0, 2, 1, 3]);
  const [batch = 'batch', sequence = 'sequence'] = merged.shape;
  return reshape(g, merged, [0, 0, config.n_embd], [batch, sequence, config.n_embd]);
}

interface Attention {
  readonly scale: number;
  readonly mask: Value;
  readonly cache: ReadCache | undefined;
  /** Where there is no cache: only training drops anything. */
  readonly dropWeights: (weights: Value) => Value;
}

/** A layer's cache, beside one in 8 bits the new keys and values as it will keep them. */
type ReadCache = (Float32LayerCache | (Int8LayerCache & { readonly rounded: RoundedHeads })) & {
  readonly split: Value;
};

function layerOf(
  g: GraphBuilder,
  cache: ForwardCache | undefined,
  layer: number,
  heads: { readonly key: Value; readonly value: Value },
): { readonly cache?: ReadCache; readonly rounded?: RoundedHeads } {
  if (cache === undefined) return {};
  const past = cache.past[layer];
  if (past === undefined) throw new RangeError(`no cache for layer ${layer}`);
  const { split } = cache;
  if (past.type === 'float32') return { cache: { ...past, split } };
  const rounded = roundHeads(g, heads, past.many);
  return { cache: { ...past, split, rounded }, rounded };
}

/** softmax(scale · q · [past k, k]ᵀ + mask) · [past v, v], all [B, H, ·, D]. */
function attend(
  g: GraphBuilder,
  { query, key, value }: { readonly query: Value; readonly key: Value; readonly value: Value },
  { scale, mask, cache, dropWeights }: Attention,
): Value {
  if (cache === undefined) {
    const scores = matMulTransposed(g, query, key, scale); // [B, H, T, T]
    return matMul(g, dropWeights(softmax(g, add(g, scores, mask))), value);
  }
  // A single row is multiplied more than twice as fast when no factor goes with it; a scalar one would be put back into
  // the product by ONNX Runtime's own optimiser, a vector is not.
  const width = Number(query.shape.at(-1));
  const scaled = multiply(g, query, g.constant(new Float32Array(width).fill(scale), [width]));
  // The two halves are never concatenated: that would copy the cache for every token.
  const inHalves = (body: GraphBuilder, past: AttentionProducts) => {
    const onNew = matMulTransposed(body, scaled, key); // [B, H, T, T]
    const onPast = past.scores(body, scaled); // [B, H, T, P]
    const weights = softmax(body, add(body, concat(body, [onPast, onNew], 3), mask)); // [B, H, T, S]
    const [pastWeights, newWeights] = splitInTwo(body, weights, cache.split, 3, ['past', 'sequence']);
    return add(body, past.attended(body, pastWeights), matMul(body, newWeights, value));
  };
  if (cache.type === 'float32') {
    return inHalves(g, {
      scores: (body, query) => matMulTransposed(body, query, cache.key),
      attended: (body, weights) => matMul(body, weights, cache.value),
    });
  }
  return g.choose(cache.many, {
    whenTrue: (body) => {
      const { scores, attended } = int8ByMany(cache, { value, rounded: cache.rounded });
      return [attended(body, softmax(body, add(body, scores(body, scaled), mask)))];
    },
    whenFalse: (body) => [inHalves(body, int8ByFew(cache))],
  })[0];
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
