import type { Gpt2Config } from '../checkpoint/config';
import { type Graph, GraphBuilder, type Value } from '../graph/graph';
import { gatherPositions } from '../graph/operators';
import { type ForwardInputs, gpt2Forward, gpt2Logits } from './gpt2';
import { type LoraShape, loraInputs } from './lora';
import type { WeightUse } from './quantized-parameters';

/**
 * The graph that inference runs ("split" design): the KV cache goes in, the new queries, keys and values and the logits
 * come out.
 * Inputs: those of `ForwardInputs`, the two lengths as `attention_split`, the cache as `past_key.<layer>`, `past_value.<layer>`,
 * the indices of the R new tokens whose logits are wanted as `logits_of`. With `lora` also the matrices of {@link loraInputs}.
 * Outputs: `logits` ([B, R, V]), `present.<layer>` ([B, 3H, T, D]).
 */
export function gpt2DecodingGraph(config: Gpt2Config, weights: WeightUse, lora?: LoraShape): Graph {
  const g = new GraphBuilder('gpt2');
  const { hidden, logits } = forward(g, config, weights, lora);
  const seen = gatherPositions(g, hidden, g.input('logits_of', 'int64', ['wanted']));
  g.output('logits', logits?.(seen) ?? gpt2Logits(g, config, weights.parameter, seen));
  return g.build();
}

/** As {@link gpt2DecodingGraph}, without logits: what the cache needs of a prompt's tokens, all but the last one. */
export function gpt2PrefillGraph(config: Gpt2Config, weights: WeightUse, lora?: LoraShape): Graph {
  const g = new GraphBuilder('gpt2_prefill');
  forward(g, config, weights, lora);
  return withoutUnused(g.build());
}

function forward(g: GraphBuilder, config: Gpt2Config, weights: WeightUse, lora: LoraShape | undefined) {
  const cache = ['batch', config.n_head, 'past', config.n_embd / config.n_head];
  const { logits, ...products } = weights.hooks(g);
  const hooks = { ...products, ...(lora && { adapt: loraInputs(g, config, lora).adapt }) };
  const inputs: ForwardInputs = {
    inputIds: g.input('input_ids', 'int64', ['batch', 'sequence']),
    positionIds: g.input('position_ids', 'int64', ['batch', 'sequence']),
    attentionMask: g.input('attention_mask', 'float32', [1, 1, 'sequence', 'past+sequence']),
    cache: {
      split: g.input('attention_split', 'int64', [2]),
      past: Array.from({ length: config.n_layer }, (_, layer) => ({
        key: g.input(`past_key.${layer}`, 'float32', cache),
        value: g.input(`past_value.${layer}`, 'float32', cache),
      })),
    },
  };
  const { hidden, present } = gpt2Forward(g, config, weights.parameter, inputs, hooks);
  present.forEach((heads, layer) => {
    g.output(`present.${layer}`, heads);
  });
  return { hidden, logits };
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
