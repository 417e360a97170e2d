import type { GraphBuilder, Value } from '../graph';
import { multiply, scalar } from './arithmetic';
import { int } from './attributes';
import { dimAt } from './dimensions';

/** A matrix of 8-bit integers with a scale for each of its columns: entry [k, n] stands for values[k, n] · scales[n]. */
export interface Int8Matrix {
  /** int8 [k, n] */
  readonly values: Value;
  /** float32 [n] */
  readonly scales: Value;
}

/**
 * x · W for a frozen W, both computed in 8 bits: W by columns, in advance, and x by rows, as they come. Source: the
 * vector-wise quantisation of LLM.int8() (Dettmers et al. 2022), without its outliers kept apart.
 *
 * The gradient is dy · Wᵀ, computed in the same way.
 *
 * @param weight W [k, n].
 * @param transposed Wᵀ [n, k], quantised by its own columns.
 */
export function int8Product(g: GraphBuilder, x: Value, weight: Int8Matrix, transposed: Int8Matrix): Value {
  return rowwise(g, x, weight, (gradients, dy) => rowwise(gradients, dy, transposed));
}

/** x · W as {@link int8Product} computes it, where no gradient is wanted: x [..., k], W [k, n]. */
export function matMulInt8(g: GraphBuilder, x: Value, weight: Int8Matrix): Value {
  return rowwise(g, x, weight);
}

/**
 * The operator quantises all of its input by one scale. Rows are brought to the same size before and back after it, so
 * that each has one of its own: a row of small gradients beside a row of large ones would be rounded to nothing.
 */
function rowwise(
  g: GraphBuilder,
  x: Value,
  { values, scales }: Int8Matrix,
  backward?: (g: GraphBuilder, dy: Value) => Value,
): Value {
  const size = largest(g, x);
  const [level] = g.node('Div', [x, size], [['float32', x.shape]]);
  const shape = x.shape.with(-1, dimAt(values, -1));
  const [product] = g.node('DynamicQuantizeMatMul', [level, values, scales], [['float32', shape]], {
    domain: 'com.microsoft',
  });
  if (backward === undefined) return multiply(g, product, size);
  return g.node('Mul', [product, size], [['float32', shape]], { customGradient: { input: x, backward } })[0];
}

/** The largest magnitude of each row, [..., 1]; never zero. */
function largest(g: GraphBuilder, x: Value): Value {
  const [magnitude] = g.node('Abs', [x], [['float32', x.shape]]);
  const axes = g.constant(BigInt64Array.of(-1n), [1]);
  const perRow = x.shape.with(-1, 1);
  const [row] = g.node('ReduceMax', [magnitude, axes], [['float32', perRow]], { attributes: { keepdims: int(1) } });
  return g.node('Max', [row, scalar(g, 1e-30)], [['float32', perRow]])[0];
}
