import type { Dim, GraphBuilder, Value } from '../graph';
import { scalar } from './arithmetic';
import { int } from './attributes';
import { broadcast, dimAt } from './dimensions';

/** ONNX's number for float32. */
const FLOAT32 = 1;

/** Rows of numbers as unsigned codes: number = (code − zero) / largest · size, where each row has its size. */
export interface RoundedRows {
  /** uint8 [..., n] */
  readonly codes: Value;
  /** float32 [..., 1]: the largest magnitude of the row. */
  readonly size: Value;
}

/**
 * Rounds each row of x [..., n] by its own largest magnitude to the codes from `zero − largest` to `zero + largest`. A row
 * of zeros has codes that mean nothing, and size 0.
 */
export function roundRows(g: GraphBuilder, x: Value, { largest, zero }: CodeRange): RoundedRows {
  const axes = g.constant(BigInt64Array.of(-1n), [1]);
  const magnitude = zero === 0 ? x : g.node('Abs', [x], [['float32', x.shape]])[0];
  const perRow = x.shape.with(-1, 1);
  const [size] = g.node('ReduceMax', [magnitude, axes], [['float32', perRow]], { attributes: { keepdims: int(1) } });
  const [level] = g.node('Div', [x, size], [['float32', x.shape]]);
  const offset = g.constant(Uint8Array.of(zero), []);
  const [codes] = g.node('QuantizeLinear', [level, scalar(g, 1 / largest), offset], [['uint8', x.shape]]);
  return { codes, size };
}

/** Codes `zero − largest` to `zero + largest`; with zero 0, of numbers that are never negative, 0 to `largest`. */
export interface CodeRange {
  readonly largest: number;
  readonly zero: number;
}

/** a (uint8) [..., m, k] · b (int8) [..., k, n] → float32 [..., m, n], exact: summed in 32-bit integers. */
export function integerProduct(g: GraphBuilder, a: Value, b: Value): Value {
  const shape: Dim[] = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), dimAt(a, -2), dimAt(b, -1)];
  const [sums] = g.node('MatMulInteger', [a, b], [['int32', shape]]);
  return g.node('Cast', [sums], [['float32', shape]], { attributes: { to: int(FLOAT32) } })[0];
}
