import type { Gpt2Config } from '../checkpoint/config';
import { gpt2Tensors } from '../checkpoint/gpt2-tensors';
import { gradients } from '../graph/gradients';
import { type Dim, type Graph, GraphBuilder, type Value } from '../graph/graph';
import { crossEntropySum, dropout, multiply } from '../graph/operators';
import { type DropoutKind, type ForwardHooks, gpt2Forward, gpt2Logits, type ParameterSource } from './gpt2';
import { type LoraShape, loraInputs } from './lora';

/** What is trained: every weight, or low-rank matrices beside frozen ones. */
export type TrainedPart =
  | { readonly method: 'full' }
  | { readonly method: 'lora'; readonly lora: LoraShape; readonly dropout: number; readonly frozen: FrozenWeights };

export interface FrozenWeights {
  readonly parameter: ParameterSource;
  /** x·W of a linear module whose weight is quantised. */
  readonly product?: (g: GraphBuilder, module: string, x: Value) => Value;
}

/** A tensor that training changes, by its name in the graph: `h.0.ln_1.bias`, `h.0.attn.c_attn.lora_A`. */
export interface TrainedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A dropout whose mask is an input of the graph. */
export interface DropoutMask {
  /** Name of the input: bool, true keeps. */
  readonly name: string;
  /** [batch, ...]: `sequence` stands for the block's length. */
  readonly shape: readonly Dim[];
  /** Probability of being dropped. */
  readonly p: number;
}

export interface TrainingGraph {
  readonly graph: Graph;
  readonly trained: readonly TrainedTensor[];
  readonly masks: readonly DropoutMask[];
}

export interface TrainingGraphOptions {
  readonly part: TrainedPart;
  /** `gradients` for a training step; `loss` alone, without dropout, to evaluate. */
  readonly gives: 'gradients' | 'loss';
}

/**
 * GPT-2's forward pass, its loss and the gradients of what is trained, in one graph.
 * Inputs: `input_ids` int64 [B, T]; `position_ids` int64 [1, T]; `attention_mask` float32 [1, 1, T, T];
 * `labels` int64 [B, T, 1], the next token or a negative number where there is none; `loss_scale` float32 [], by which
 * the loss is multiplied before it is differentiated; every trained tensor; every dropout mask.
 * Outputs: `loss` float32 [], the sum over the labels in nats, not scaled; `grad.<name>` of every trained tensor.
 */
export function gpt2TrainingGraph(config: Gpt2Config, { part, gives }: TrainingGraphOptions): TrainingGraph {
  const g = new GraphBuilder(`gpt2_${part.method}_${gives}`);
  const masks: DropoutMask[] = [];
  const drop = (place: string, p: number, x: Value): Value => {
    if (p === 0 || gives === 'loss') return x;
    const mask = { name: `mask.${place}`, shape: x.shape, p };
    masks.push(mask);
    return dropout(g, x, g.input(mask.name, 'bool', mask.shape), p);
  };
  const probability: Readonly<Record<DropoutKind, number>> = {
    attn: config.attn_pdrop,
    embd: config.embd_pdrop,
    resid: config.resid_pdrop,
  };

  const labels = g.input('labels', 'int64', ['batch', 'sequence', 1]);
  const lossScale = gives === 'gradients' ? g.input('loss_scale', 'float32', []) : undefined;
  const inputs = {
    inputIds: g.input('input_ids', 'int64', ['batch', 'sequence']),
    positionIds: g.input('position_ids', 'int64', [1, 'sequence']),
    attentionMask: g.input('attention_mask', 'float32', [1, 1, 'sequence', 'sequence']),
  };
  const { parameter, trained, ...hooks } = trainedInputs(g, config, part, (module, x) =>
    drop(`${module}.lora`, part.method === 'lora' ? part.dropout : 0, x),
  );
  const hidden = gpt2Forward(g, config, parameter, inputs, {
    ...hooks,
    dropout: (place, kind, x) => drop(place, probability[kind], x),
  });
  const loss = crossEntropySum(g, gpt2Logits(g, config, parameter, hidden), labels);
  if (lossScale !== undefined) {
    const names = [...trained.keys()];
    const found = gradients(g, multiply(g, loss, lossScale), [...trained.values()]);
    found.forEach((gradient, i) => {
      g.output(`grad.${names[i]}`, gradient);
    });
  }
  g.output('loss', loss);
  return {
    graph: g.build(),
    trained: [...trained].map(([name, { shape }]) => ({ name, shape: shape.map(Number) })),
    masks,
  };
}

interface TrainedInputs {
  readonly parameter: ParameterSource;
  readonly adapt?: NonNullable<ForwardHooks['adapt']>;
  readonly product?: NonNullable<ForwardHooks['product']>;
  /** Filled, for LoRA, while the forward pass is built. */
  readonly trained: ReadonlyMap<string, Value>;
}

function trainedInputs(
  g: GraphBuilder,
  config: Gpt2Config,
  part: TrainedPart,
  drop: (module: string, x: Value) => Value,
): TrainedInputs {
  if (part.method === 'lora') {
    const { adapt, matrices } = loraInputs(g, config, part.lora, drop);
    const { parameter, product } = part.frozen;
    return {
      parameter,
      adapt,
      trained: matrices,
      ...(product && { product: (module, x) => product(g, module, x) }),
    };
  }
  const trained = new Map([...gpt2Tensors(config)].map(([name, shape]) => [name, g.input(name, 'float32', shape)]));
  const parameter: ParameterSource = (_, name) => {
    const value = trained.get(name);
    if (value === undefined) throw new RangeError(`GPT-2 has no parameter ${name}`);
    return value;
  };
  return { parameter, trained };
}
