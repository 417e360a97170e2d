import { type GradientRules, inputAt, onlyUpstream, outputAt } from '../gradient-rule';
import type { GraphBuilder, Value } from '../graph';
import { add, multiply, scalar, subtract, unary } from './arithmetic';
import { string, stringOf } from './attributes';

/** x · Φ(x): `none` uses erf, `tanh` the approximation of the GPT-2 code. Source: Hendrycks & Gimpel 2016. */
export function gelu(g: GraphBuilder, x: Value, approximate: 'none' | 'tanh'): Value {
  return g.node('Gelu', [x], [['float32', x.shape]], { attributes: { approximate: string(approximate) } })[0];
}

const TANH_SCALE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

export const geluGradients: GradientRules = {
  Gelu: (g, context) => {
    const [x, y] = [inputAt(context, 0), outputAt(context, 0)];
    const approximate = stringOf(context.node.attributes, 'approximate');
    const slope = approximate === 'tanh' ? tanhSlope(g, x, y) : erfSlope(g, x);
    return [multiply(g, onlyUpstream(context), slope)];
  },
};

/**
 * ½(1 + tanh u) is the logistic function s of 2u, so y = x·s and dy/dx = s + y·(1 − s)·2u′, where
 * 2u = 2k(x + c·x³) and 2u′ = 2k + 6kc·x².
 */
function tanhSlope(g: GraphBuilder, x: Value, y: Value): Value {
  const k = scalar(g, 2 * TANH_SCALE);
  const squared = multiply(g, x, x);
  const argument = multiply(g, x, add(g, multiply(g, squared, scalar(g, 2 * TANH_SCALE * CUBIC)), k));
  const slope = add(g, multiply(g, squared, scalar(g, 6 * TANH_SCALE * CUBIC)), k);
  const s = unary(g, 'Sigmoid', argument);
  return add(g, s, multiply(g, multiply(g, y, slope), subtract(g, scalar(g, 1), s)));
}

/** dy/dx = Φ(x) + x·φ(x) */
function erfSlope(g: GraphBuilder, x: Value): Value {
  const erf = unary(g, 'Erf', multiply(g, x, scalar(g, Math.SQRT1_2)));
  const cumulative = add(g, multiply(g, erf, scalar(g, 0.5)), scalar(g, 0.5));
  const exponent = multiply(g, multiply(g, x, x), scalar(g, -0.5));
  const density = multiply(g, unary(g, 'Exp', exponent), scalar(g, 1 / Math.sqrt(2 * Math.PI)));
  return add(g, cumulative, multiply(g, x, density));
}
