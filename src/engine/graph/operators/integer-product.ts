import type { Dim, GraphBuilder, Value } from '../graph';
import { scalar } from './arithmetic';
import { int } from './attributes';
import { broadcast, dimAt } from './dimensions';

/** Codes from `zero − largest` to `zero + largest`. Unsigned ones with zero 0 stand for numbers that are never negative. */
export interface CodeRange {
  readonly type: 'int8' | 'uint8';
  readonly largest: number;
  readonly zero: number;
}

/** Rows of numbers as codes: number = (code − zero) / largest · size, where each row has its size. */
export interface RoundedRows {
  /** int8 or uint8 [..., n] */
  readonly codes: Value;
  /** float32 [..., 1]: the largest magnitude of the row. */
  readonly size: Value;
}

/** Rounds each row of x [..., n] by its largest magnitude. A row of zeros has codes that mean nothing, and size 0. */
export function roundRows(g: GraphBuilder, x: Value, { type, largest, zero }: CodeRange): RoundedRows {
  const axes = g.constant(BigInt64Array.of(-1n), [1]);
  const positive = type === 'uint8' && zero === 0;
  const magnitude = positive ? x : g.node('Abs', [x], [['float32', x.shape]])[0];
  const perRow = x.shape.with(-1, 1);
  const [size] = g.node('ReduceMax', [magnitude, axes], [['float32', perRow]], { attributes: { keepdims: int(1) } });
  const [level] = g.node('Div', [x, size], [['float32', x.shape]]);
  const offset = g.constant(type === 'int8' ? Int8Array.of(zero) : Uint8Array.of(zero), []);
  const [codes] = g.node('QuantizeLinear', [level, scalar(g, 1 / largest), offset], [[type, x.shape]]);
  return { codes, size };
}

/**
 * a (uint8) [..., m, k] · b (int8) [..., k, n] → float32 [..., m, n], summed in 32-bit integers. On x64 a single row (m = 1)
 * is multiplied with b as it lies.
 */
export function integerProduct(g: GraphBuilder, a: Value, b: Value): Value {
  return toFloat32(g, g.node('MatMulInteger', [a, b], [['int32', productShape(a, b)]])[0]);
}

/** (a − zero) · b · scales, a (uint8) [..., m, k], b (int8) [..., k, n], scales [..., 1, n]: in one step for many rows. */
export function scaledIntegerProduct(
  g: GraphBuilder,
  a: Value,
  b: Value,
  { zero, scales }: { readonly zero: number; readonly scales: Value },
): Value {
  const inputs = [a, b, scalar(g, 1), scales, g.constant(Uint8Array.of(zero), [])];
  return g.node('MatMulIntegerToFloat', inputs, [['float32', productShape(a, b)]], { domain: 'com.microsoft' })[0];
}

/** ONNX's number for float32. */
const FLOAT32 = 1;

/** The same numbers as 32-bit floats. */
export function toFloat32(g: GraphBuilder, x: Value): Value {
  return g.node('Cast', [x], [['float32', x.shape]], { attributes: { to: int(FLOAT32) } })[0];
}

function productShape(a: Value, b: Value): Dim[] {
  return [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), dimAt(a, -2), dimAt(b, -1)];
}
