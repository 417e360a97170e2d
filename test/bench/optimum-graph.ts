import { gpt2Logits } from '../../src/engine/architectures/gpt2';
import type { WeightUse } from '../../src/engine/architectures/quantized-parameters';
import type { Gpt2Config } from '../../src/engine/checkpoint/config';
import { type Attribute, type Dim, type Graph, GraphBuilder, type Value } from '../../src/engine/graph/graph';
import {
  add,
  concat,
  gatherRows,
  gelu,
  layerNormalization,
  matMul,
  matMulTransposed,
  reshape,
  softmax,
  splitInThree,
  transpose,
} from '../../src/engine/graph/operators';

// B = batch, T = new tokens, P = cached tokens, S = P + T, C = n_embd, H = n_head, D = C / H, V = vocab_size.
const B = 'batch_size';
const T = 'sequence_length';
const P = 'past_sequence_length';
const S = `${P}+${T}`;

/** What Hugging Face adds to the scores of positions that may not be seen: the lowest 32-bit float. */
const LOWEST = -3.4028234663852886e38;

/**
 * GPT-2 with the interface of Optimum's ONNX exports, which transformers.js runs: the whole cache goes in and comes out.
 * Inputs: `input_ids`, `position_ids` int64 [B, T], `attention_mask` int64 [B, S] (1 = look, 0 = padding),
 * `past_key_values.<layer>.key|value` float32 [B, H, P, D].
 * Outputs: `logits` float32 [B, T, V], `present.<layer>.key|value` float32 [B, H, S, D].
 */
export function optimumGpt2Graph(config: Gpt2Config, { parameter, hooks }: WeightUse): Graph {
  const { n_layer, n_head, n_embd } = config;
  const g = new GraphBuilder('gpt2_optimum');
  const p = (name: string) => parameter(g, name);
  const {
    product = (module: string, x: Value) => matMul(g, x, p(`${module}.weight`)),
    embed = (ids: Value) => gatherRows(g, p('wte.weight'), ids),
    logits = (hidden: Value) => gpt2Logits(g, config, parameter, hidden),
  } = hooks(g);
  const inputIds = g.input('input_ids', 'int64', [B, T]);
  const attentionMask = g.input('attention_mask', 'int64', [B, S]);
  const positionIds = g.input('position_ids', 'int64', [B, T]);
  const past = Array.from({ length: n_layer }, (_, layer) => ({
    key: g.input(`past_key_values.${layer}.key`, 'float32', [B, n_head, P, n_embd / n_head]),
    value: g.input(`past_key_values.${layer}.value`, 'float32', [B, n_head, P, n_embd / n_head]),
  }));
  const [firstPast] = past;
  if (firstPast === undefined) throw new RangeError('a model without layers');
  const mask = causalMask(g, inputIds, firstPast.key, attentionMask);

  let x = add(g, embed(inputIds), gatherRows(g, p('wpe.weight'), positionIds));
  const present = past.map((cached, layer) => {
    const name = (suffix: string) => `h.${layer}.${suffix}`;
    const norm = (value: Value, which: string) =>
      layerNormalization(g, value, p(name(`${which}.weight`)), p(name(`${which}.bias`)), config.layer_norm_epsilon);
    const linear = (value: Value, which: string) => add(g, product(name(which), value), p(name(`${which}.bias`)));
    const heads = (value: Value) =>
      transpose(g, reshape(g, value, [0, 0, n_head, n_embd / n_head], [B, T, n_head, n_embd / n_head]), [0, 2, 1, 3]);

    const [q, k, v] = splitInThree(g, linear(norm(x, 'ln_1'), 'attn.c_attn'), 2);
    const key = concat(g, [cached.key, heads(k)], 2); // [B, H, S, D]
    const value = concat(g, [cached.value, heads(v)], 2);
    const scores = matMulTransposed(g, heads(q), key, scoreScale(config, layer)); // [B, H, T, S]
    const attended = transpose(g, matMul(g, softmax(g, add(g, scores, mask)), value), [0, 2, 1, 3]);
    x = add(g, x, linear(reshape(g, attended, [0, 0, n_embd], [B, T, n_embd]), 'attn.c_proj'));

    const approximate = config.activation_function === 'gelu' ? 'none' : 'tanh';
    x = add(g, x, linear(gelu(g, linear(norm(x, 'ln_2'), 'mlp.c_fc'), approximate), 'mlp.c_proj'));
    return { key, value };
  });
  const hidden = layerNormalization(g, x, p('ln_f.weight'), p('ln_f.bias'), config.layer_norm_epsilon);
  g.output('logits', logits(hidden));
  present.forEach(({ key, value }, layer) => {
    g.output(`present.${layer}.key`, key);
    g.output(`present.${layer}.value`, value);
  });
  return g.build();
}

function scoreScale(config: Gpt2Config, layer: number): number {
  const byWidth = config.scale_attn_weights ? 1 / Math.sqrt(config.n_embd / config.n_head) : 1;
  return config.scale_attn_by_inverse_layer_idx ? byWidth / (layer + 1) : byWidth;
}

/** [B, 1, T, S]: 0 where a token may look, the lowest float at later positions and at padding. */
function causalMask(g: GraphBuilder, inputIds: Value, pastKey: Value, attentionMask: Value): Value {
  const pastLength = dimension(g, pastKey, 2);
  const length = int64(g, 'Add', [pastLength, dimension(g, inputIds, 1)], []);
  const one = scalar(g, 1);
  const queries = int64(g, 'Range', [pastLength, length, one], [T]);
  const keys = int64(g, 'Range', [scalar(g, 0), length, one], [S]);
  const distance = int64(g, 'Sub', [keys, unsqueeze(g, queries, [1])], [T, S]);
  // Clamped to 0…1, a distance says whether the key lies in the query's future.
  const future = int64(g, 'Max', [int64(g, 'Min', [distance, one], [T, S]), scalar(g, 0)], [T, S]);
  const padding = unsqueeze(g, int64(g, 'Sub', [one, attentionMask], [B, S]), [1, 2]);
  const hidden = int64(g, 'Max', [future, padding], [B, 1, T, S]);
  const [asFloat] = g.node('Cast', [hidden], [['float32', hidden.shape]], { attributes: { to: int(1) } });
  const lowest = g.constant(Float32Array.of(LOWEST), []);
  return g.node('Mul', [asFloat, lowest], [['float32', hidden.shape]])[0];
}

const int = (value: number): Attribute => ({ kind: 'int', value });

function int64(g: GraphBuilder, op: string, inputs: readonly Value[], shape: readonly Dim[]): Value {
  return g.node(op, inputs, [['int64', shape]])[0];
}

function scalar(g: GraphBuilder, value: number): Value {
  return g.constant(BigInt64Array.of(BigInt(value)), []);
}

/** The length of an axis, as a number that the graph can compute with. */
function dimension(g: GraphBuilder, value: Value, axis: number): Value {
  const shape = int64(g, 'Shape', [value], [value.shape.length]);
  return gatherRows(g, shape, scalar(g, axis));
}

function unsqueeze(g: GraphBuilder, value: Value, axes: readonly number[]): Value {
  const shape = axes.reduce<Dim[]>((dims, axis) => dims.toSpliced(axis, 0, 1), [...value.shape]);
  return int64(g, 'Unsqueeze', [value, g.constant(BigInt64Array.from(axes, BigInt), [axes.length])], shape);
}
