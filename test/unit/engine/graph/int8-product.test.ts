import { expect, test } from 'vitest';
import { gradients } from '../../../../src/engine/graph/gradients';
import { GraphBuilder } from '../../../../src/engine/graph/graph';
import { type Int8Matrix, int8Product, multiply, sumAll } from '../../../../src/engine/graph/operators';
import { seededRandom } from '../../../../src/engine/inference/random';
import { quantizeColumns } from '../../../../src/engine/quantization/int8-columns';
import { transposed } from '../../../../src/engine/quantization/transposed';
import { relativeDifference } from '../../../golden/relative-difference';
import { graphRunner } from './run-graph';

const [M, K, N] = [4, 64, 48];
const random = seededRandom(5);
const normal = (length: number) =>
  Float32Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));

const w = normal(K * N);
const weights = normal(M * N);
// The rows of x differ by four orders of magnitude.
const x = normal(M * K).map((value, i) => value * 10 ** (Math.floor(i / K) - 2));

test('int8Product and its gradient follow the products with W and Wᵀ, row by row', async () => {
  const g = new GraphBuilder('test');
  const input = g.input('x', 'float32', [M, K]);
  const matrix = (data: Float32Array, rows: number, columns: number): Int8Matrix => {
    const { values, scales } = quantizeColumns(data, rows, columns);
    return { values: g.constant(values, [rows, columns]), scales: g.constant(scales, [columns]) };
  };
  const product = int8Product(g, input, matrix(w, K, N), matrix(transposed(w, K, N), N, K));
  const loss = sumAll(g, multiply(g, product, g.constant(weights, [M, N])));
  const [gradient] = gradients(g, loss, [input]);
  if (gradient === undefined) throw new Error('no gradient');
  g.output('product', product);
  g.output('gradient', gradient);
  const run = await graphRunner(g.build());
  const found = await run({ x: { type: 'float32', shape: [M, K], data: [...x] } });

  for (let m = 0; m < M; m++) {
    const exact = Array.from({ length: N }, (_, n) => sum(K, (k) => at(x, m * K + k) * at(w, k * N + n)));
    const exactGradient = Array.from({ length: K }, (_, k) => sum(N, (n) => at(weights, m * N + n) * at(w, k * N + n)));
    // Both factors are rounded to 8 bits: about 1 % of a product, whatever the size of the row.
    expect(relativeDifference(found.product?.slice(m * N, (m + 1) * N) ?? [], exact)).toBeLessThan(0.02);
    expect(relativeDifference(found.gradient?.slice(m * K, (m + 1) * K) ?? [], exactGradient)).toBeLessThan(0.02);
  }
});

function sum(length: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < length; i++) total += term(i);
  return total;
}

function at(values: Float32Array, i: number): number {
  return values[i] ?? Number.NaN;
}
