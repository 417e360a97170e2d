import { type GradientRules, inputAt, onlyUpstream, outputAt } from '../gradient-rule';
import type { GraphBuilder, Value } from '../graph';
import { meanLast, multiply, subtract, sumLast, sumTo, unary } from './arithmetic';
import { float, int, numberOf } from './attributes';
import { dimAt } from './dimensions';

/** Normalises the last axis, then scales and shifts. */
export function layerNormalization(g: GraphBuilder, x: Value, weight: Value, bias: Value, epsilon: number): Value {
  const attributes = { axis: int(-1), epsilon: float(epsilon) };
  return g.node('LayerNormalization', [x, weight, bias], [['float32', x.shape]], { attributes })[0];
}

/** Softmax over the last axis. */
export function softmax(g: GraphBuilder, x: Value): Value {
  return g.node('Softmax', [x], [['float32', x.shape]], { attributes: { axis: int(-1) } })[0];
}

/** Natural logarithm of the softmax over the last axis. */
export function logSoftmax(g: GraphBuilder, x: Value): Value {
  return g.node('LogSoftmax', [x], [['float32', x.shape]], { attributes: { axis: int(-1) } })[0];
}

export const normalizationGradients: GradientRules = {
  // y = x̂·w + b, x̂ = (x − mean)·s, s = 1/√(variance + ε); over the last axis, of length n:
  // ∂x = s·(u − mean(u) − x̂·mean(u·x̂)), u = dy·w.
  LayerNormalization: (g, context) => {
    const [x, weight, bias] = [inputAt(context, 0), inputAt(context, 1), inputAt(context, 2)];
    const [wantX, wantWeight, wantBias] = context.wanted;
    const dy = onlyUpstream(context);
    const { normalized, inverseDeviation } = normalize(g, x, numberOf(context.node.attributes, 'epsilon', 1e-5));
    const dx = () => {
      const u = multiply(g, dy, weight);
      const alongNormalized = multiply(g, normalized, meanLast(g, multiply(g, u, normalized)));
      return multiply(g, subtract(g, subtract(g, u, meanLast(g, u)), alongNormalized), inverseDeviation);
    };
    return [
      wantX === true ? dx() : undefined,
      wantWeight === true ? sumTo(g, multiply(g, dy, normalized), weight.shape) : undefined,
      wantBias === true ? sumTo(g, dy, bias.shape) : undefined,
    ];
  },
  // ∂x = y·(dy − Σ dy·y)
  Softmax: (g, context) => {
    const y = outputAt(context, 0);
    const dy = onlyUpstream(context);
    return [multiply(g, y, subtract(g, dy, sumLast(g, multiply(g, dy, y))))];
  },
  // ∂x = dy − eʸ·Σ dy
  LogSoftmax: (g, context) => {
    const dy = onlyUpstream(context);
    return [subtract(g, dy, multiply(g, unary(g, 'Exp', outputAt(context, 0)), sumLast(g, dy)))];
  },
};

/** x̂ [..., n] and 1/√(variance + ε) [..., 1]. Computed again: the forward pass does not keep them. */
function normalize(
  g: GraphBuilder,
  x: Value,
  epsilon: number,
): { readonly normalized: Value; readonly inverseDeviation: Value } {
  const width = dimAt(x, -1);
  if (typeof width !== 'number') throw new Error(`${x.name}: a width known in advance is needed, not ${width}`);
  const ones = g.constant(new Float32Array(width).fill(1), [width]);
  const perRow = x.shape.with(-1, 1);
  const [normalized, , inverseDeviation] = g.node(
    'LayerNormalization',
    [x, ones],
    [
      ['float32', x.shape],
      ['float32', perRow],
      ['float32', perRow],
    ],
    { attributes: { axis: int(-1), epsilon: float(epsilon) } },
  );
  return { normalized, inverseDeviation };
}
