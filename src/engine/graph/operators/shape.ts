import { type BackwardContext, type GradientRules, inputAt, onlyUpstream, outputAt } from '../gradient-rule';
import type { Dim, GraphBuilder, Value } from '../graph';
import { int, integersOf, ints, numberOf } from './attributes';
import { dimAt, sumOfDims } from './dimensions';

/** `shape` as ONNX means it: 0 keeps the input's dimension, −1 is worked out. `result` is the same for the reader. */
export function reshape(g: GraphBuilder, x: Value, shape: readonly number[], result: readonly Dim[]): Value {
  const target = g.constant(BigInt64Array.from(shape, BigInt), [shape.length]);
  return g.node('Reshape', [x, target], [[x.type, result]])[0];
}

export function transpose(g: GraphBuilder, x: Value, permutation: readonly number[]): Value {
  const shape = permutation.map((axis) => dimAt(x, axis));
  return g.node('Transpose', [x], [[x.type, shape]], { attributes: { perm: ints(permutation) } })[0];
}

export function concat(g: GraphBuilder, values: readonly [Value, ...Value[]], axis: number): Value {
  const joined = sumOfDims(values.map((value) => dimAt(value, axis)));
  const shape = values[0].shape.with(axis, joined);
  return g.node('Concat', values, [[values[0].type, shape]], { attributes: { axis: int(axis) } })[0];
}

/** Three equal parts of `axis`. */
export function splitInThree(g: GraphBuilder, x: Value, axis: number): readonly [Value, Value, Value] {
  const dim = dimAt(x, axis);
  if (typeof dim !== 'number' || dim % 3 !== 0) throw new Error(`${dim} does not divide into three`);
  const part = ['float32', x.shape.with(axis, dim / 3)] as const;
  const attributes = { axis: int(axis), num_outputs: int(3) };
  return g.node('Split', [x], [part, part, part], { attributes });
}

/** Two parts of `axis` whose lengths (`lengths` [2], int64) are known only when the graph runs. */
export function splitInTwo(
  g: GraphBuilder,
  x: Value,
  lengths: Value,
  axis: number,
  dims: readonly [Dim, Dim],
): readonly [Value, Value] {
  const first = ['float32', x.shape.with(axis, dims[0])] as const;
  const second = ['float32', x.shape.with(axis, dims[1])] as const;
  return g.node('Split', [x, lengths], [first, second], { attributes: { axis: int(axis) } });
}

/** The dimensions of `x` as int64 [rank], or of `axis` alone as [1]. */
export function shapeOf(g: GraphBuilder, x: Value, axis?: number): Value {
  if (axis === undefined) return g.node('Shape', [x], [['int64', [x.shape.length]]])[0];
  return g.node('Shape', [x], [['int64', [1]]], { attributes: { start: int(axis), end: int(axis + 1) } })[0];
}

/** Zeros, shaped as `like`. */
export function zerosLike(g: GraphBuilder, like: Value): Value {
  return g.node('ConstantOfShape', [shapeOf(g, like)], [['float32', like.shape]])[0];
}

export const shapeGradients: GradientRules = {
  Identity: (_, context) => [onlyUpstream(context)],
  Reshape: (g, context) => {
    const x = inputAt(context, 0);
    return [g.node('Reshape', [onlyUpstream(context), shapeOf(g, x)], [[x.type, x.shape]])[0], undefined];
  },
  Transpose: (g, context) => {
    const permutation = integersOf(context.node.attributes, 'perm');
    return [
      transpose(
        g,
        onlyUpstream(context),
        permutation.map((_, axis) => permutation.indexOf(axis)),
      ),
    ];
  },
  // The parts are cut apart again.
  Concat: (g, context) => {
    const { inputs, attributes } = context.node;
    const axis = numberOf(attributes, 'axis', 0);
    const lengths = g.node(
      'Concat',
      inputs.map((part) => shapeOf(g, part, axis)),
      [['int64', [inputs.length]]],
      { attributes: { axis: int(0) } },
    )[0];
    const outputs = inputs.map((part) => [part.type, part.shape] as const);
    return g.node('Split', [onlyUpstream(context), lengths], outputs, { attributes: { axis: int(axis) } });
  },
  // The parts are joined again; one that the loss does not see adds zeros.
  Split: (g, context) => {
    const axis = numberOf(context.node.attributes, 'axis', 0);
    const x = inputAt(context, 0);
    const parts = context.node.outputs.map((_, i) => partOrZeros(g, context, i));
    return [g.node('Concat', parts, [[x.type, x.shape]], { attributes: { axis: int(axis) } })[0], undefined];
  },
};

function partOrZeros(g: GraphBuilder, context: BackwardContext, index: number): Value {
  return context.upstream[index] ?? zerosLike(g, outputAt(context, index));
}
