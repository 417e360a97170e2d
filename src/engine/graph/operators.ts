import type { Attribute, Dim, GraphBuilder, Value } from './graph';

const float = (value: number): Attribute => ({ kind: 'float', value });
const int = (value: number): Attribute => ({ kind: 'int', value });
const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
const string = (value: string): Attribute => ({ kind: 'string', value });

/** Shapes broadcast as in NumPy; a named dimension is taken to differ from 1. */
function broadcast(a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === 1) return y;
    if (y === 1 || x === y) return x;
    throw new Error(`shapes [${a}] and [${b}] do not broadcast`);
  });
}

function dimAt(value: Value, axis: number): Dim {
  const dim = value.shape.at(axis);
  if (dim === undefined) throw new Error(`${value.name} [${value.shape}] has no axis ${axis}`);
  return dim;
}

function replaceDim(shape: readonly Dim[], axis: number, dim: Dim): Dim[] {
  return shape.with(axis, dim);
}

function sumOfDims(dims: readonly Dim[]): Dim {
  return dims.every((dim) => typeof dim === 'number') ? dims.reduce((a, b) => a + b, 0) : dims.join('+');
}

/** a + b, with broadcasting. */
export function add(g: GraphBuilder, a: Value, b: Value): Value {
  return g.node('Add', [a, b], [[a.type, broadcast(a.shape, b.shape)]])[0];
}

/** a [..., m, k] · b [..., k, n] → [..., m, n]. */
export function matMul(g: GraphBuilder, a: Value, b: Value): Value {
  const inner = [dimAt(a, -1), dimAt(b, -2)];
  if (inner[0] !== inner[1]) throw new Error(`[${a.shape}] · [${b.shape}]: inner dimensions differ`);
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return g.node('MatMul', [a, b], [['float32', [...batch, dimAt(a, -2), dimAt(b, -1)]]])[0];
}

/** alpha · a [..., m, k] · (b [..., n, k])ᵀ → [..., m, n], without materialising the transpose. */
export function matMulTransposed(g: GraphBuilder, a: Value, b: Value, alpha = 1): Value {
  if (dimAt(a, -1) !== dimAt(b, -1)) throw new Error(`[${a.shape}] · [${b.shape}]ᵀ: inner dimensions differ`);
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return g.node('FusedMatMul', [a, b], [['float32', [...batch, dimAt(a, -2), dimAt(b, -2)]]], {
    domain: 'com.microsoft',
    attributes: { alpha: float(alpha), transA: int(0), transB: int(1) },
  })[0];
}

/** Normalises the last axis, then scales and shifts. */
export function layerNormalization(g: GraphBuilder, x: Value, weight: Value, bias: Value, epsilon: number): Value {
  const attributes = { axis: int(-1), epsilon: float(epsilon) };
  return g.node('LayerNormalization', [x, weight, bias], [['float32', x.shape]], { attributes })[0];
}

/** Softmax over the last axis. */
export function softmax(g: GraphBuilder, x: Value): Value {
  return g.node('Softmax', [x], [['float32', x.shape]], { attributes: { axis: int(-1) } })[0];
}

/** x · Φ(x): `none` uses erf, `tanh` the approximation of the GPT-2 code. */
export function gelu(g: GraphBuilder, x: Value, approximate: 'none' | 'tanh'): Value {
  return g.node('Gelu', [x], [['float32', x.shape]], { attributes: { approximate: string(approximate) } })[0];
}

/** Rows of `table` [n, ...rest] picked by `indices`: [...indices, ...rest]. */
export function gatherRows(g: GraphBuilder, table: Value, indices: Value): Value {
  const shape = [...indices.shape, ...table.shape.slice(1)];
  return g.node('Gather', [table, indices], [[table.type, shape]], { attributes: { axis: int(0) } })[0];
}

/** The last entry of `axis`, which disappears. */
export function last(g: GraphBuilder, x: Value, axis: number): Value {
  const index = g.constant(new BigInt64Array([-1n]), []);
  const shape = x.shape.toSpliced(axis, 1);
  return g.node('Gather', [x, index], [[x.type, shape]], { attributes: { axis: int(axis) } })[0];
}

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
  const shape = replaceDim(values[0].shape, axis, joined);
  return g.node('Concat', values, [[values[0].type, shape]], { attributes: { axis: int(axis) } })[0];
}

/** Three equal parts of `axis`. */
export function splitInThree(g: GraphBuilder, x: Value, axis: number): readonly [Value, Value, Value] {
  const dim = dimAt(x, axis);
  if (typeof dim !== 'number' || dim % 3 !== 0) throw new Error(`${dim} does not divide into three`);
  const part = ['float32', replaceDim(x.shape, axis, dim / 3)] as const;
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
  const first = ['float32', replaceDim(x.shape, axis, dims[0])] as const;
  const second = ['float32', replaceDim(x.shape, axis, dims[1])] as const;
  return g.node('Split', [x, lengths], [first, second], { attributes: { axis: int(axis) } });
}
