import type { GradientRules } from './gradient-rule';
import type { GraphBuilder, Value } from './graph';
import { add, arithmeticGradients, scalar } from './operators/arithmetic';
import { gatherGradients } from './operators/gather';
import { geluGradients } from './operators/gelu';
import { matrixProductGradients } from './operators/matrix-product';
import { normalizationGradients } from './operators/normalization';
import { shapeGradients } from './operators/shape';

const RULES: GradientRules = {
  ...arithmeticGradients,
  ...gatherGradients,
  ...geluGradients,
  ...matrixProductGradients,
  ...normalizationGradients,
  ...shapeGradients,
};

/**
 * Reverse-mode differentiation: adds to `g` the backward pass of everything between `wrt` and `loss`, and nothing of
 * what does not lie between them.
 *
 * @param loss A single number, [].
 * @returns ∂loss/∂v for each `v` of `wrt`, shaped as `v`.
 * @throws when the loss does not depend on one of `wrt`, or an operator between has no rule
 */
export function gradients(g: GraphBuilder, loss: Value, wrt: readonly Value[]): readonly Value[] {
  const forward = g.nodes;
  const dependent = new Set<Value>(wrt);
  for (const node of forward) {
    if (node.inputs.some((input) => dependent.has(input))) for (const output of node.outputs) dependent.add(output);
  }

  const reached = new Map<Value, Value>([[loss, scalar(g, 1)]]);
  const reach = (value: Value, gradient: Value) => {
    const before = reached.get(value);
    reached.set(value, before === undefined ? gradient : add(g, before, gradient));
  };
  for (const node of forward.toReversed()) {
    const upstream = node.outputs.map((output) => reached.get(output));
    const wanted = node.inputs.map((input) => dependent.has(input));
    if (!wanted.includes(true) || upstream.every((gradient) => gradient === undefined)) continue;
    if (node.customGradient !== undefined) {
      // The nodes between its input and this one are never reached then.
      const { input, backward } = node.customGradient;
      const [gradient] = upstream;
      if (gradient !== undefined && dependent.has(input)) reach(input, backward(g, gradient));
      continue;
    }
    const rule = RULES[node.op];
    if (rule === undefined) throw new Error(`no gradient is known for ${node.op}`);
    const found = rule(g, { node, upstream, wanted });
    node.inputs.forEach((input, i) => {
      const gradient = found[i];
      if (gradient !== undefined && wanted[i] === true) reach(input, gradient);
    });
  }
  return wrt.map((value) => {
    const gradient = reached.get(value);
    if (gradient === undefined) throw new Error(`the loss does not depend on ${value.name}`);
    return gradient;
  });
}
