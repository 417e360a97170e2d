import { type GradientRules, inputAt, onlyUpstream } from '../gradient-rule';
import type { GraphBuilder, Value } from '../graph';
import { int, numberOf, string } from './attributes';
import { dimAt } from './dimensions';
import { shapeOf, zerosLike } from './shape';

/** Rows of `table` [n, ...rest] picked by `indices`: [...indices, ...rest]. */
export function gatherRows(g: GraphBuilder, table: Value, indices: Value): Value {
  const shape = [...indices.shape, ...table.shape.slice(1)];
  return g.node('Gather', [table, indices], [[table.type, shape]], { attributes: { axis: int(0) } })[0];
}

/** Positions of a sequence picked by `indices` [n]: x [B, T, ...] → [B, n, ...]. */
export function gatherPositions(g: GraphBuilder, x: Value, indices: Value): Value {
  const shape = x.shape.with(1, dimAt(indices, 0));
  return g.node('Gather', [x, indices], [[x.type, shape]], { attributes: { axis: int(1) } })[0];
}

/** x[..., indices[...]], one entry of each row: x [..., n], indices int64 [..., 1] → [..., 1]. */
export function pick(g: GraphBuilder, x: Value, indices: Value): Value {
  return g.node('GatherElements', [x, indices], [[x.type, indices.shape]], { attributes: { axis: int(-1) } })[0];
}

export const gatherGradients: GradientRules = {
  // Every row gets the sum of the gradients of its copies.
  Gather: (g, context) => {
    const [x, indices] = [inputAt(context, 0), inputAt(context, 1)];
    const axis = numberOf(context.node.attributes, 'axis', 0);
    if (indices.shape.length > 1 && axis !== 0) throw new Error('only rows can be gathered by a table of indices');
    const dy = onlyUpstream(context);
    // [n, ...rest]: a single index keeps its axis, a table of indices becomes a list.
    const rows = x.shape.with(axis, 'rows');
    const shape = x.shape.map((dim, i) => (i === axis ? -1 : typeof dim === 'number' ? dim : undefined));
    const target = shape.every((dim) => dim !== undefined)
      ? g.constant(BigInt64Array.from(shape, BigInt), [shape.length])
      : joinedShape(g, x, axis);
    const [updates] = g.node('Reshape', [dy, target], [[x.type, rows]]);
    const list = g.constant(BigInt64Array.from([...x.shape.keys()].map((i) => (i === axis ? -1n : 1n))), [rows.length]);
    const [column] = g.node('Reshape', [indices, list], [['int64', rows.map((dim, i) => (i === axis ? dim : 1))]]);
    const [repeated] = g.node('Expand', [column, shapeOf(g, updates)], [['int64', rows]]);
    return [scatterAdd(g, x, repeated, updates, axis), undefined];
  },
  GatherElements: (g, context) => {
    const [x, indices] = [inputAt(context, 0), inputAt(context, 1)];
    const axis = numberOf(context.node.attributes, 'axis', 0);
    return [scatterAdd(g, x, indices, onlyUpstream(context), axis), undefined];
  },
};

/** Zeros shaped as `like`, with `updates` added where `indices` say. The order is fixed: sums are the same each time. */
function scatterAdd(g: GraphBuilder, like: Value, indices: Value, updates: Value, axis: number): Value {
  return g.node('ScatterElements', [zerosLike(g, like), indices, updates], [['float32', like.shape]], {
    attributes: { axis: int(axis), reduction: string('add') },
  })[0];
}

/** The shape of `x` with −1 at `axis`, worked out when the graph runs. */
function joinedShape(g: GraphBuilder, x: Value, axis: number): Value {
  const parts = x.shape.map((_, i) => (i === axis ? g.constant(BigInt64Array.of(-1n), [1]) : shapeOf(g, x, i)));
  return g.node('Concat', parts, [['int64', [parts.length]]], { attributes: { axis: int(0) } })[0];
}
