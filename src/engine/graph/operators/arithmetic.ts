import { type GradientRules, inputAt, onlyUpstream } from '../gradient-rule';
import type { Dim, GraphBuilder, Value } from '../graph';
import { int } from './attributes';
import { broadcast } from './dimensions';

/** A number, to compute with. */
export function scalar(g: GraphBuilder, value: number): Value {
  return g.constant(Float32Array.of(value), []);
}

/** a + b, with broadcasting. */
export function add(g: GraphBuilder, a: Value, b: Value): Value {
  return elementwise(g, 'Add', a, b);
}

/** a − b, with broadcasting. */
export function subtract(g: GraphBuilder, a: Value, b: Value): Value {
  return elementwise(g, 'Sub', a, b);
}

/** a · b, entry by entry, with broadcasting. */
export function multiply(g: GraphBuilder, a: Value, b: Value): Value {
  return elementwise(g, 'Mul', a, b);
}

/** One operator on each entry. */
export function unary(g: GraphBuilder, op: 'Erf' | 'Exp' | 'Neg' | 'Sigmoid', x: Value): Value {
  return g.node(op, [x], [[x.type, x.shape]])[0];
}

/** The sum over all entries, []. */
export function sumAll(g: GraphBuilder, x: Value): Value {
  return g.node('ReduceSum', [x], [[x.type, []]], { attributes: { keepdims: int(0) } })[0];
}

/** The sum over the last axis, which stays with length 1. */
export function sumLast(g: GraphBuilder, x: Value): Value {
  return reduce(g, 'ReduceSum', x, [x.shape.length - 1], true);
}

/** The sum over one axis, which is gone then. */
export function sumOver(g: GraphBuilder, x: Value, axis: number): Value {
  return reduce(g, 'ReduceSum', x, [axis], false);
}

/** The mean over the last axis, which stays with length 1. */
export function meanLast(g: GraphBuilder, x: Value): Value {
  return reduce(g, 'ReduceMean', x, [x.shape.length - 1], true);
}

/** Undoes broadcasting: sums `gradient` over the axes along which a value of `shape` was repeated. */
export function sumTo(g: GraphBuilder, gradient: Value, shape: readonly Dim[]): Value {
  const extra = gradient.shape.length - shape.length;
  const leading = Array.from({ length: extra }, (_, axis) => axis);
  const summed = extra === 0 ? gradient : reduce(g, 'ReduceSum', gradient, leading, false);
  const repeated = shape.flatMap((dim, axis) => (dim === 1 && summed.shape[axis] !== 1 ? [axis] : []));
  return repeated.length === 0 ? summed : reduce(g, 'ReduceSum', summed, repeated, true);
}

export const arithmeticGradients: GradientRules = {
  // y = a + b
  Add: (g, context) => {
    const dy = onlyUpstream(context);
    return context.node.inputs.map((input, i) => (context.wanted[i] === true ? sumTo(g, dy, input.shape) : undefined));
  },
  // y = a − b
  Sub: (g, context) => {
    const dy = onlyUpstream(context);
    const [a, b] = [inputAt(context, 0), inputAt(context, 1)];
    return [
      context.wanted[0] === true ? sumTo(g, dy, a.shape) : undefined,
      context.wanted[1] === true ? unary(g, 'Neg', sumTo(g, dy, b.shape)) : undefined,
    ];
  },
  // y = a · b
  Mul: (g, context) => {
    const dy = onlyUpstream(context);
    const [a, b] = [inputAt(context, 0), inputAt(context, 1)];
    return [
      context.wanted[0] === true ? sumTo(g, multiply(g, dy, b), a.shape) : undefined,
      context.wanted[1] === true ? sumTo(g, multiply(g, dy, a), b.shape) : undefined,
    ];
  },
  // y = −x
  Neg: (g, context) => [unary(g, 'Neg', onlyUpstream(context))],
  // y = Σ x, over everything or over one axis that stays: dy is repeated along it.
  ReduceSum: (g, context) => {
    const x = inputAt(context, 0);
    const [shape] = g.node('Shape', [x], [['int64', [x.shape.length]]]);
    return [g.node('Expand', [onlyUpstream(context), shape], [[x.type, x.shape]])[0]];
  },
};

function elementwise(g: GraphBuilder, op: 'Add' | 'Sub' | 'Mul', a: Value, b: Value): Value {
  return g.node(op, [a, b], [[a.type, broadcast(a.shape, b.shape)]])[0];
}

function reduce(
  g: GraphBuilder,
  op: 'ReduceSum' | 'ReduceMean',
  x: Value,
  axes: readonly number[],
  keep: boolean,
): Value {
  const shape = x.shape.flatMap((dim, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [dim]));
  const which = g.constant(BigInt64Array.from(axes, BigInt), [axes.length]);
  return g.node(op, [x, which], [[x.type, shape]], { attributes: { keepdims: int(keep ? 1 : 0) } })[0];
}
