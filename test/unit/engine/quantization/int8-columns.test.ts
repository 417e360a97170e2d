import { expect, test } from 'vitest';
import { quantizeColumns } from '../../../../src/engine/quantization/int8-columns';
import { transposed } from '../../../../src/engine/quantization/transposed';

test('each column has a scale of its own, and its largest entry is ±127', () => {
  const { values, scales } = quantizeColumns(Float32Array.of(1, -100, 0.5, 50), 2, 2);
  expect([...values]).toEqual([127, -127, 64, 64]);
  expect([...scales]).toEqual([Math.fround(1 / 127), Math.fround(100 / 127)]);
});

test('no entry is off by more than half a scale', () => {
  const [K, N] = [50, 7];
  const w = Float32Array.from({ length: K * N }, (_, i) => Math.sin(i * i));
  const { values, scales } = quantizeColumns(w, K, N);
  for (const [i, value] of w.entries()) {
    const scale = scales[i % N] ?? Number.NaN;
    expect(Math.abs((values[i] ?? Number.NaN) * scale - value)).toBeLessThanOrEqual(scale * 0.5001);
  }
});

test('a column of zeros stays one', () => {
  const { values, scales } = quantizeColumns(Float32Array.of(0, 3, 0, 4), 2, 2);
  expect([...values].map((value, i) => value * (scales[i % 2] ?? 0))[0]).toBe(0);
  expect(scales[0]).toBe(1);
});

test('[2, 3] turned is [3, 2]', () => {
  expect([...transposed(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
});
