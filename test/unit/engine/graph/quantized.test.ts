import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../../src/engine/graph/graph';
import { gatherRowsQuantized, matMulQuantized } from '../../../../src/engine/graph/operators';
import { seededRandom } from '../../../../src/engine/inference/random';
import { codeBytes, dequantizeBlocks, quantizeBlocks } from '../../../../src/engine/quantization/block-quantization';
import { graphRunner } from './run-graph';

const [N, K, T] = [24, 128, 5];
const random = seededRandom(3);
const matrix = Float32Array.from({ length: N * K }, () => random() - 0.5);
const x = Float32Array.from({ length: T * K }, () => random() - 0.5);
const bias = Float32Array.from({ length: N }, () => random());

describe.each([
  [8, 32],
  [8, 128],
  [4, 16],
  [4, 32],
  [4, 64],
  [4, 128],
] as const)('%d bits in blocks of %d', (bits, blockSize) => {
  const format = { bits, blockSize };
  const blocks = quantizeBlocks(matrix, format);
  const numbers = dequantizeBlocks(blocks, format);
  const codes = { type: 'uint8', data: Array.from(blocks.codes) } as const;
  const scales = { type: 'float32', shape: [N, K / blockSize], data: Array.from(blocks.scales) } as const;

  test.each([
    ['alone', false],
    ['and a bias', true],
  ])('the product %s is that of the numbers the codes stand for', async (_, biased) => {
    const g = new GraphBuilder('product');
    const shape = [N, K / blockSize, codeBytes(format)];
    const stored = {
      ...format,
      codes: g.input('codes', 'uint8', shape),
      scales: g.input('s', 'float32', scales.shape),
    };
    const input = g.input('x', 'float32', ['T', K]);
    const added = biased ? g.input('bias', 'float32', [N]) : undefined;
    g.output('y', matMulQuantized(g, input, stored, added));
    const run = await graphRunner(g.build());
    const { y = [] } = await run({
      codes: { ...codes, shape },
      s: scales,
      x: { type: 'float32', shape: [T, K], data: Array.from(x) },
      ...(biased && { bias: { type: 'float32', shape: [N], data: Array.from(bias) } }),
    });
    for (let t = 0; t < T; t++) {
      const row = x.subarray(t * K, (t + 1) * K);
      // x is rounded to 8 bits by blocks, half a step for each number at most.
      const step = Math.max(...row.map(Math.abs)) / 127;
      for (let n = 0; n < N; n++) {
        const weights = numbers.subarray(n * K, (n + 1) * K);
        const exact = row.reduce((sum, value, k) => sum + value * (weights[k] ?? 0), biased ? (bias[n] ?? 0) : 0);
        const bound = (step / 2) * weights.reduce((sum, weight) => sum + Math.abs(weight), 0) + 1e-5;
        expect(Math.abs((y[t * N + n] ?? Number.NaN) - exact)).toBeLessThan(bound);
      }
    }
  });

  test('rows come back as the numbers the codes stand for', async () => {
    const g = new GraphBuilder('rows');
    const shape = [N, (K * bits) / 8];
    const stored = {
      ...format,
      codes: g.input('codes', 'uint8', shape),
      scales: g.input('s', 'float32', scales.shape),
    };
    g.output('rows', gatherRowsQuantized(g, stored, g.input('ids', 'int64', ['T'])));
    const run = await graphRunner(g.build());
    const { rows = [] } = await run({
      codes: { ...codes, shape },
      s: scales,
      ids: { type: 'int64', shape: [3], data: [7, 0, N - 1] },
    });
    const expected = [7, 0, N - 1].flatMap((row) => Array.from(numbers.subarray(row * K, (row + 1) * K)));
    expect(rows.length).toBe(3 * K);
    rows.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? 0, 6);
    });
  });
});
