import { describe, expect, test } from 'vitest';
import { gradients } from '../../../../src/engine/graph/gradients';
import { GraphBuilder, type Value } from '../../../../src/engine/graph/graph';
import {
  add,
  concat,
  crossEntropySum,
  dropout,
  gatherPositions,
  gatherRows,
  gelu,
  layerNormalization,
  logSoftmax,
  matMul,
  matMulTransposed,
  multiply,
  reshape,
  softmax,
  splitInThree,
  splitInTwo,
  subtract,
  sumAll,
  transpose,
} from '../../../../src/engine/graph/operators';
import { seededRandom } from '../../../../src/engine/inference/random';
import { graphRunner, type Numbers } from './run-graph';

type Forward = (g: GraphBuilder, ...inputs: readonly Value[]) => Value;

/** Step of the finite differences, and the error that 32-bit floats and the third derivative leave with it. */
const STEP = 1e-2;
const TOLERANCE = 2e-3;

/** Compares the gradient of a weighted sum of `forward`'s result, for each entry of each input of floats. */
async function expectGradients(inputs: Readonly<Record<string, Numbers>>, forward: Forward): Promise<void> {
  const g = new GraphBuilder('test');
  const values = Object.entries(inputs).map(([name, { type, shape }]) => g.input(name, type, shape));
  const result = forward(g, ...values);
  const size = result.shape.reduce<number>((product, dim) => product * Number(dim), 1);
  const weights = g.constant(random(size, 99), result.shape.map(Number));
  const loss = sumAll(g, multiply(g, result, weights));
  const wrt = values.filter(({ type }) => type === 'float32');
  gradients(g, loss, wrt).forEach((gradient, i) => {
    expect(gradient.shape).toEqual(wrt[i]?.shape);
    g.output(`grad.${wrt[i]?.name}`, gradient);
  });
  g.output('loss', loss);
  const run = await graphRunner(g.build());
  const lossAt = async (moved: Readonly<Record<string, Numbers>>) => (await run(moved)).loss?.[0] ?? Number.NaN;

  const found = await run(inputs);
  for (const { name } of wrt) {
    const input = inputs[name];
    if (input === undefined) throw new Error(name);
    const differences: number[] = [];
    for (const [i, x] of input.data.entries()) {
      const at = (value: number) => lossAt({ ...inputs, [name]: { ...input, data: input.data.with(i, value) } });
      differences.push(((await at(x + STEP)) - (await at(x - STEP))) / (2 * STEP));
    }
    const scale = Math.max(1, ...differences.map(Math.abs));
    for (const [i, difference] of differences.entries()) {
      expect(Math.abs((found[`grad.${name}`]?.[i] ?? Number.NaN) - difference) / scale).toBeLessThan(TOLERANCE);
    }
  }
}

function random(length: number, seed: number): Float32Array {
  const next = seededRandom(seed);
  return Float32Array.from({ length }, () => 2 * next() - 1);
}

const floats = (shape: readonly number[], seed: number): Numbers => ({
  type: 'float32',
  shape,
  data: [
    ...random(
      shape.reduce((product, dim) => product * dim, 1),
      seed,
    ),
  ],
});
const integers = (shape: readonly number[], data: readonly number[]): Numbers => ({ type: 'int64', shape, data });

/** A forward function of two or three inputs, all of which the test gives. */
const of =
  (forward: (g: GraphBuilder, a: Value, b: Value, c: Value) => Value): Forward =>
  (g, a, b = a, c = b) => {
    if (a === undefined || b === undefined || c === undefined) throw new Error('an input is missing');
    return forward(g, a, b, c);
  };

describe('gradients equal finite differences', () => {
  test.each<readonly [string, Readonly<Record<string, Numbers>>, Forward]>([
    ['Add', { a: floats([2, 3], 1), b: floats([2, 3], 2) }, of(add)],
    ['Add, a row repeated', { a: floats([2, 2, 3], 1), b: floats([3], 2) }, of(add)],
    ['Add, a column repeated', { a: floats([2, 3], 1), b: floats([2, 1], 2) }, of(add)],
    ['Sub', { a: floats([1, 3], 1), b: floats([2, 3], 2) }, of(subtract)],
    ['Mul', { a: floats([2, 3], 1), b: floats([3], 2) }, of(multiply)],
    ['Mul of a value by itself', { a: floats([3], 1) }, of((g, a) => multiply(g, a, a))],
    ['MatMul', { a: floats([2, 3], 1), b: floats([3, 4], 2) }, of(matMul)],
    ['MatMul, one matrix for a batch', { a: floats([2, 2, 3], 1), b: floats([3, 4], 2) }, of(matMul)],
    ['MatMul, a matrix each', { a: floats([2, 2, 3], 1), b: floats([2, 3, 2], 2) }, of(matMul)],
    ['FusedMatMul', { a: floats([2, 3], 1), b: floats([4, 3], 2) }, of((g, a, b) => matMulTransposed(g, a, b, 0.5))],
    [
      'FusedMatMul, one matrix for a batch',
      { a: floats([2, 2, 3], 1), b: floats([4, 3], 2) },
      of((g, a, b) => matMulTransposed(g, a, b, -2)),
    ],
    [
      'FusedMatMul, a matrix each',
      { a: floats([2, 2, 3], 1), b: floats([2, 4, 3], 2) },
      of((g, a, b) => matMulTransposed(g, a, b)),
    ],
    [
      'LayerNormalization',
      { x: floats([2, 2, 5], 1), weight: floats([5], 2), bias: floats([5], 3) },
      of((g, x, weight, bias) => layerNormalization(g, x, weight, bias, 1e-5)),
    ],
    ['Softmax', { x: floats([2, 4], 1) }, of((g, x) => softmax(g, x))],
    ['LogSoftmax', { x: floats([2, 4], 1) }, of((g, x) => logSoftmax(g, x))],
    ['Gelu, erf', { x: floats([7], 1) }, of((g, x) => gelu(g, x, 'none'))],
    ['Gelu, tanh', { x: floats([7], 1) }, of((g, x) => gelu(g, x, 'tanh'))],
    [
      'Gather, a row taken twice and one never',
      { table: floats([4, 3], 1), ids: integers([2, 2], [2, 0, 2, 1]) },
      of((g, table, ids) => gatherRows(g, table, ids)),
    ],
    [
      'Gather, positions of a sequence',
      { x: floats([2, 3, 2], 1) },
      of((g, x) => gatherPositions(g, x, g.constant(BigInt64Array.of(2n, 0n, 2n), [3]))),
    ],
    ['Reshape', { x: floats([2, 6], 1) }, of((g, x) => reshape(g, x, [0, 3, 2], [2, 3, 2]))],
    ['Transpose', { x: floats([2, 3, 2], 1) }, of((g, x) => transpose(g, x, [2, 0, 1]))],
    ['Concat', { a: floats([2, 1], 1), b: floats([2, 3], 2) }, of((g, a, b) => concat(g, [a, b], 1))],
    [
      'Split in three, one part unused',
      { x: floats([2, 6], 1) },
      of((g, x) => {
        const [first, , third] = splitInThree(g, x, 1);
        return multiply(g, first, third);
      }),
    ],
    [
      'Split in two',
      { x: floats([2, 5], 1), lengths: integers([2], [2, 3]) },
      of((g, x, lengths) => {
        const [first, second] = splitInTwo(g, x, lengths, 1, [2, 3]);
        return concat(g, [multiply(g, second, second), first], 1);
      }),
    ],
    [
      'Dropout',
      { x: floats([6], 1), mask: { type: 'bool', shape: [6], data: [1, 0, 1, 1, 0, 1] } },
      of((g, x, mask) => dropout(g, x, mask, 1 / 3)),
    ],
    [
      'cross-entropy, one position ignored',
      { logits: floats([3, 4], 1), labels: integers([3, 1], [2, -100, 0]) },
      of((g, logits, labels) => crossEntropySum(g, logits, labels)),
    ],
  ])('%s', async (_, inputs, forward) => {
    await expectGradients(inputs, forward);
  });

  test('a value used along two ways gets the sum of both', async () => {
    await expectGradients(
      { x: floats([2, 3], 1), w: floats([3, 3], 2) },
      of((g, x, w) => add(g, x, gelu(g, matMul(g, x, w), 'tanh'))),
    );
  });
});

test('what does not lie between the loss and the wanted values adds no node', () => {
  const g = new GraphBuilder('frozen');
  const x = g.input('x', 'float32', [2, 3]);
  const frozen = g.input('frozen', 'float32', [3, 3]);
  const trained = g.input('trained', 'float32', [3, 3]);
  const loss = sumAll(g, matMul(g, matMul(g, x, frozen), trained));
  const before = g.nodes.length;
  gradients(g, loss, [trained]);
  // The sum spread over its terms, and one product.
  expect(g.nodes.slice(before).map(({ op }) => op)).toEqual(['Shape', 'Expand', 'FusedMatMul']);
});

test.each([
  ['an operator without a rule', 'no gradient is known for Floor', (g: GraphBuilder, x: Value) => floor(g, x)],
  [
    'a loss that does not depend on it',
    'the loss does not depend on x',
    (g: GraphBuilder) => g.constant(Float32Array.of(1), [1]),
  ],
])('%s is an error', (_, message, forward) => {
  const g = new GraphBuilder('test');
  const x = g.input('x', 'float32', [1]);
  const loss = sumAll(g, forward(g, x));
  expect(() => gradients(g, loss, [x])).toThrow(message);
});

function floor(g: GraphBuilder, x: Value): Value {
  return g.node('Floor', [x], [['float32', x.shape]])[0];
}
