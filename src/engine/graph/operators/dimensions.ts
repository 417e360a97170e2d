import type { Dim, Value } from '../graph';

/** Shapes broadcast as in NumPy; a named dimension is taken to differ from 1. */
export function broadcast(a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === 1) return y;
    if (y === 1 || x === y) return x;
    throw new Error(`shapes [${a}] and [${b}] do not broadcast`);
  });
}

export function dimAt(value: Value, axis: number): Dim {
  const dim = value.shape.at(axis);
  if (dim === undefined) throw new Error(`${value.name} [${value.shape}] has no axis ${axis}`);
  return dim;
}

export function sumOfDims(dims: readonly Dim[]): Dim {
  return dims.every((dim) => typeof dim === 'number') ? dims.reduce((a, b) => a + b, 0) : dims.join('+');
}

export function productOfDims(dims: readonly Dim[]): Dim {
  return dims.every((dim) => typeof dim === 'number') ? dims.reduce((a, b) => a * b, 1) : dims.join('*');
}
