import type { Gpt2Config } from '../checkpoint/config';
import { type Dim, type Graph, GraphBuilder, type Value, valuesRead } from '../graph/graph';
import { gatherPositions } from '../graph/operators';
import { type CacheType, type ForwardInputs, gpt2Forward, gpt2Logits, type LayerCache, type NewHeads } from './gpt2';
import { CACHE_BLOCK, type RoundedHeads } from './int8-attention';
import { type LoraShape, loraInputs } from './lora';
import type { WeightUse } from './quantized-parameters';

export interface DecodingOptions {
  /** What keys and values are kept as. By default `float32`. */
  readonly cache?: CacheType | undefined;
  /** Makes room for an adapter. */
  readonly lora?: LoraShape | undefined;
}

/**
 * The graph that inference runs ("split" design): the KV cache goes in, the new queries, keys and values and the logits
 * come out.
 * Inputs: those of `ForwardInputs`, the two lengths as `attention_split`, the cache as `past_key.<layer>`, `past_value.<layer>`
 * and so on (see {@link LayerCache}), the indices of the R new tokens whose logits are wanted as `logits_of`. With `lora`
 * also the matrices of {@link loraInputs}; with a cache in 8 bits `many_tokens`.
 * Outputs: `logits` ([B, R, V]), `present.<layer>` ([B, 3H, T, D]); with a cache in 8 bits and many tokens also
 * `present_key.<layer>` and so on (see {@link RoundedHeads}).
 */
export function gpt2DecodingGraph(config: Gpt2Config, weights: WeightUse, options: DecodingOptions = {}): Graph {
  const g = new GraphBuilder('gpt2');
  const { hidden, logits } = forward(g, config, weights, options);
  const seen = gatherPositions(g, hidden, g.input('logits_of', 'int64', ['wanted']));
  g.output('logits', logits?.(seen) ?? gpt2Logits(g, config, weights.parameter, seen));
  return g.build();
}

/** As {@link gpt2DecodingGraph}, without logits: what the cache needs of a prompt's tokens, all but the last one. */
export function gpt2PrefillGraph(config: Gpt2Config, weights: WeightUse, options: DecodingOptions = {}): Graph {
  const g = new GraphBuilder('gpt2_prefill');
  forward(g, config, weights, options);
  return withoutUnused(g.build());
}

function forward(
  g: GraphBuilder,
  config: Gpt2Config,
  weights: WeightUse,
  { cache = 'float32', lora }: DecodingOptions,
) {
  const { logits, ...products } = weights.hooks(g);
  const many = cache === 'int8' ? g.input('many_tokens', 'bool', []) : undefined;
  const keep = (layer: number, present: NewHeads) => {
    g.output(`present.${layer}`, present.heads);
    for (const [name, value] of Object.entries(present.rounded ?? {})) g.output(`${name}.${layer}`, value);
  };
  const hooks = { ...products, keep, ...(lora && { adapt: loraInputs(g, config, lora).adapt }) };
  const inputs: ForwardInputs = {
    inputIds: g.input('input_ids', 'int64', ['batch', 'sequence']),
    positionIds: g.input('position_ids', 'int64', ['batch', 'sequence']),
    attentionMask: g.input('attention_mask', 'float32', [1, 1, 'sequence', 'past+sequence']),
    cache: {
      split: g.input('attention_split', 'int64', [2]),
      past: Array.from({ length: config.n_layer }, (_, layer) => layerCache(g, config, layer, many)),
    },
  };
  return { hidden: gpt2Forward(g, config, weights.parameter, inputs, hooks), logits };
}

/** The cache of a layer: `cacheLayer` is the other end of these inputs. */
function layerCache(g: GraphBuilder, config: Gpt2Config, layer: number, many: Value | undefined): LayerCache {
  const [B, H, P, D] = ['batch', config.n_head, 'past', config.n_embd / config.n_head] as const;
  const input = (name: string, shape: readonly Dim[], elements: CacheType = 'float32') =>
    g.input(`past_${name}.${layer}`, elements, shape);
  if (many === undefined) {
    return { type: 'float32', key: input('key', [B, H, P, D]), value: input('value', [B, H, P, D]) };
  }
  return {
    type: 'int8',
    many,
    key: input('key', [B, H, D, P], 'int8'),
    keyScale: input('key_scale', [B, H, 1, P]),
    keyShift: input('key_shift', [B, H, 1, P]),
    value: input('value', [B, H, 'blocks', CACHE_BLOCK, D], 'int8'),
    valueScale: input('value_scale', [B, H, 1, P]),
  };
}

/** The nodes that lead to an output: after the last layer's keys and values nothing more is wanted. */
function withoutUnused(graph: Graph): Graph {
  const wanted = new Set<Value>(graph.outputs);
  const nodes = graph.nodes.toReversed().filter((node) => {
    const used = node.outputs.some((value) => wanted.has(value));
    if (used) for (const value of valuesRead(node)) wanted.add(value);
    return used;
  });
  return { ...graph, nodes: nodes.reverse() };
}
