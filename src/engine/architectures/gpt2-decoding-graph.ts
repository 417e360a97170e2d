import type { Gpt2Config } from '../checkpoint/config';
import { type Dim, type Graph, GraphBuilder, type Value } from '../graph/graph';
import { gatherPositions } from '../graph/operators';
import {
  type CacheType,
  type ForwardCache,
  type ForwardHooks,
  type ForwardInputs,
  gpt2Forward,
  gpt2Logits,
  type LayerCache,
  type NewHeads,
} from './gpt2';
import { CACHE_BLOCK, type Int8LayerCache, type RoundedHeads, roundHeads } from './int8-attention';
import { type LoraShape, loraInputs } from './lora';
import type { WeightUse } from './quantized-parameters';

export interface DecodingOptions {
  /** What keys and values are kept as. By default `float32`. */
  readonly cache?: CacheType | undefined;
  /** Makes room for an adapter. */
  readonly lora?: LoraShape | undefined;
}

interface CacheUse {
  readonly type: CacheType;
  /** How many new tokens there are at a time. */
  readonly queries: Int8LayerCache['queries'];
}

/**
 * The graph that inference runs ("split" design): the KV cache goes in, the new queries, keys and values and the logits
 * come out.
 * Inputs: those of `ForwardInputs`, the two lengths as `attention_split`, the cache as `past_key.<layer>`, `past_value.<layer>`
 * and, in 8 bits, their scales, the indices of the R new tokens whose logits are wanted as `logits_of`. With `lora` also the
 * matrices of {@link loraInputs}.
 * Outputs: `logits` ([B, R, V]), `present.<layer>` ([B, 3H, T, D]).
 */
export function gpt2DecodingGraph(
  config: Gpt2Config,
  weights: WeightUse,
  { cache = 'float32', lora }: DecodingOptions = {},
): Graph {
  const g = new GraphBuilder('gpt2');
  const past = layers(config, (layer) => layerCache(g, config, layer, { type: cache, queries: 'few' }));
  const keep = (layer: number, { heads }: NewHeads) => g.output(`present.${layer}`, heads);
  const { hidden, logits } = forward(g, config, weights, { past, keep, lora });
  const seen = gatherPositions(g, hidden, g.input('logits_of', 'int64', ['wanted']));
  g.output('logits', logits?.(seen) ?? gpt2Logits(g, config, weights.parameter, seen));
  return g.build();
}

/**
 * As {@link gpt2DecodingGraph} with a cache in 8 bits, without logits: what the cache needs of a prompt's tokens, all but
 * the last one. They are many, so that it pays to round their keys and values here.
 * Outputs in place of `present.<layer>`: those of {@link RoundedHeads}, `present_key.<layer>` and so on.
 */
export function gpt2PrefillGraph(config: Gpt2Config, weights: WeightUse, lora?: LoraShape): Graph {
  const g = new GraphBuilder('gpt2_prefill');
  const past = layers(config, (layer) => layerCache(g, config, layer, { type: 'int8', queries: 'many' }));
  const keep = (layer: number, present: NewHeads) => {
    const { key, keySum, keySize, value, valueSize } = roundHeads(g, present);
    g.output(`present_key.${layer}`, key);
    g.output(`present_key_sum.${layer}`, keySum);
    g.output(`present_key_size.${layer}`, keySize);
    g.output(`present_value.${layer}`, value);
    g.output(`present_value_size.${layer}`, valueSize);
  };
  forward(g, config, weights, { past, keep, lora });
  return withoutUnused(g.build());
}

function forward(
  g: GraphBuilder,
  config: Gpt2Config,
  weights: WeightUse,
  { past, keep, lora }: Pick<ForwardCache, 'past'> & Required<Pick<ForwardHooks, 'keep'>> & Pick<DecodingOptions, 'lora'>,
) {
  const { logits, ...products } = weights.hooks(g);
  const hooks = { ...products, keep, ...(lora && { adapt: loraInputs(g, config, lora).adapt }) };
  const inputs: ForwardInputs = {
    inputIds: g.input('input_ids', 'int64', ['batch', 'sequence']),
    positionIds: g.input('position_ids', 'int64', ['batch', 'sequence']),
    attentionMask: g.input('attention_mask', 'float32', [1, 1, 'sequence', 'past+sequence']),
    cache: {
      split: g.input('attention_split', 'int64', [2]),
      past,
    },
  };
  return { hidden: gpt2Forward(g, config, weights.parameter, inputs, hooks), logits };
}

function layers<T>({ n_layer }: Gpt2Config, make: (layer: number) => T): T[] {
  return Array.from({ length: n_layer }, (_, layer) => make(layer));
}

/** The cache of a layer: `cacheLayer` is the other end of these inputs. */
function layerCache(g: GraphBuilder, config: Gpt2Config, layer: number, { type, queries }: CacheUse): LayerCache {
  const [B, H, P, D] = ['batch', config.n_head, 'past', config.n_embd / config.n_head] as const;
  const input = (name: string, shape: readonly Dim[], elements: CacheType = 'float32') =>
    g.input(`past_${name}.${layer}`, elements, shape);
  if (type === 'float32') return { type, key: input('key', [B, H, P, D]), value: input('value', [B, H, P, D]) };
  return {
    type,
    queries,
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
  const nodes = graph.nodes.toReversed().filter(({ inputs, outputs }) => {
    const used = outputs.some((value) => wanted.has(value));
    if (used) for (const value of inputs) wanted.add(value);
    return used;
  });
  return { ...graph, nodes: nodes.reverse() };
}
