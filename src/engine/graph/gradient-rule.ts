import type { GraphBuilder, Node, Value } from './graph';

/** What a rule is told about one node of the forward pass. */
export interface BackwardContext {
  readonly node: Node;
  /** ∂loss/∂output of each output, as it is shaped; undefined where the loss does not depend on that output. */
  readonly upstream: readonly (Value | undefined)[];
  /** Whether ∂loss/∂input is asked for, of each input. */
  readonly wanted: readonly boolean[];
}

/** Adds the backward pass of one operator: ∂loss/∂input for each input that is wanted, undefined for others. */
export type GradientRule = (g: GraphBuilder, context: BackwardContext) => readonly (Value | undefined)[];

/** Rules by operator name. */
export type GradientRules = Readonly<Record<string, GradientRule>>;

/** The gradient that came down to a node with one output. */
export function onlyUpstream({ node, upstream }: BackwardContext): Value {
  const [gradient] = upstream;
  if (gradient === undefined) throw new Error(`no gradient reached ${node.op}`);
  return gradient;
}

/** The inputs of a node that has at least `count` of them. */
export function inputAt({ node }: BackwardContext, index: number): Value {
  const value = node.inputs[index];
  if (value === undefined) throw new Error(`${node.op} has no input ${index}`);
  return value;
}

export function outputAt({ node }: BackwardContext, index: number): Value {
  const value = node.outputs[index];
  if (value === undefined) throw new Error(`${node.op} has no output ${index}`);
  return value;
}
