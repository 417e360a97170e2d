import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src/engine/inference/random';
import { distribution, draw, type SamplingOptions } from '../../../../src/engine/inference/sampler';

const PLAIN: SamplingOptions = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
const logitsOf = (...probabilities: number[]) => Float32Array.from(probabilities, Math.log);

function sampled(logits: Float32Array, options: Partial<SamplingOptions>, seen: number[] = []) {
  return distribution(logits, { ...PLAIN, ...options }, seen).map(
    ({ id, probability }) => `${id}:${probability.toFixed(3)}`,
  );
}

describe('distribution', () => {
  const logits = logitsOf(0.1, 0.4, 0.3, 0.2);
  test('plain', () => expect(sampled(logits, {})).toEqual(['1:0.400', '2:0.300', '3:0.200', '0:0.100']));
  test('top-k', () => expect(sampled(logits, { topK: 2 })).toEqual(['1:0.571', '2:0.429']));
  test('top-k larger than the vocabulary', () => expect(sampled(logits, { topK: 9 })).toHaveLength(4));
  test('top-k keeps all that tie with the k-th', () =>
    expect(sampled(logitsOf(0.25, 0.25, 0.25, 0.25), { topK: 2 })).toHaveLength(4));
  test('top-p keeps the token that crosses the threshold', () =>
    expect(sampled(logits, { topP: 0.5 })).toEqual(['1:0.571', '2:0.429']));
  test('top-p 0 keeps one', () => expect(sampled(logits, { topP: 0 })).toEqual(['1:1.000']));
  test('top-p looks at what top-k left', () => expect(sampled(logits, { topK: 2, topP: 0.57 })).toEqual(['1:1.000']));
  test('min-p keeps what has its share of the largest probability', () =>
    expect(sampled(logits, { minP: 0.4 })).toEqual(['1:0.444', '2:0.333', '3:0.222']));
  test('min-p 1 keeps the likeliest', () => expect(sampled(logits, { minP: 1 })).toEqual(['1:1.000']));
  test('min-p looks at what the temperature made', () =>
    expect(sampled(logits, { minP: 0.5, temperature: 0.5 })).toEqual(['1:0.640', '2:0.360']));
  test('min-p comes after top-p: it takes nothing away that top-p counts', () =>
    expect(sampled(logits, { topP: 0.75, minP: 0.6 })).toEqual(['1:0.571', '2:0.429']));
  test('temperature', () => expect(sampled(logits, { temperature: 0.5 })[0]).toBe('1:0.533'));
  test('temperature 0 takes the lowest id among equals', () =>
    expect(sampled(logitsOf(0.2, 0.4, 0.4), { temperature: 0 })).toEqual(['1:1.000']));
  test('temperature 0 takes the likeliest that is allowed', () =>
    expect(distribution(logits, { ...PLAIN, temperature: 0 }, [], (id) => id !== 1)).toEqual([
      { id: 2, probability: 1 },
    ]));
  test('the penalty divides positive and multiplies negative logits', () =>
    expect(sampled(Float32Array.of(2, -1, 0), { repetitionPenalty: 2 }, [0, 1, 1])).toEqual(
      sampled(Float32Array.of(1, -2, 0), {}),
    ));
  test('what is not allowed is not drawn', () =>
    expect(distribution(logits, { ...PLAIN, topK: 1 }, [], (id) => id !== 1).map(({ id }) => id)).toEqual([2]));
});

/**
 * Pearson's chi-square against the exact probabilities. The bound is the 99.9th percentile of the distribution with
 * that many degrees of freedom; the seeds are fixed, so the outcome is too.
 */
describe('draws follow the distribution', () => {
  const vocabulary = 200;
  const random = seededRandom(7);
  const logits = Float32Array.from({ length: vocabulary }, () => 4 * random());
  test.each<[string, Partial<SamplingOptions>, number]>([
    ['top-k 10', { topK: 10 }, 27.88],
    ['the walk-through: top-k 50, top-p 0.95', { topK: 50, topP: 0.95 }, 82],
    ['everything, temperature 0.7', { temperature: 0.7, topK: 21 }, 45.31],
  ])('%s', (_, options, bound) => {
    const candidates = distribution(logits, { ...PLAIN, ...options }, []);
    const draws = 40_000;
    const counts = new Map<number, number>();
    for (let seed = 0; seed < draws; seed++) {
      const id = draw(candidates, seededRandom(seed));
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    let chiSquare = 0;
    for (const { id, probability } of candidates) {
      const expected = draws * probability;
      chiSquare += ((counts.get(id) ?? 0) - expected) ** 2 / expected;
    }
    expect([...counts.keys()].every((id) => candidates.some((candidate) => candidate.id === id))).toBe(true);
    expect(chiSquare).toBeLessThan(bound);
  });

  test('the same seed draws the same', () => {
    const candidates = distribution(logits, PLAIN, []);
    const ten = (seed: number) => {
      const source = seededRandom(seed);
      return Array.from({ length: 10 }, () => draw(candidates, source));
    };
    expect(ten(3)).toEqual(ten(3));
    expect(ten(3)).not.toEqual(ten(4));
  });
});
