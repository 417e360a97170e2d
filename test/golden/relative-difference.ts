/** ‖a − b‖ / ‖b‖ */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers against ${b.length}`);
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += ((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN)) ** 2;
    norm += (b[i] ?? Number.NaN) ** 2;
  }
  return Math.sqrt(difference / norm);
}

/**
 * What can be compared of a parameter's gradient, or of what came of it. A key's bias adds the same to every score of a
 * row, which softmax takes out again: its true gradient is zero, and PyTorch's is rounding noise.
 */
export function comparable(name: string, data: ArrayLike<number>): number[] {
  const numbers = Array.from(data);
  if (!name.endsWith('attn.c_attn.bias')) return numbers;
  const third = numbers.length / 3;
  return [...numbers.slice(0, third), ...numbers.slice(2 * third)];
}
