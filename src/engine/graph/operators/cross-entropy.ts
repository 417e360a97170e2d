import type { GraphBuilder, Value } from '../graph';
import { multiply, sumAll, unary } from './arithmetic';
import { toFloat } from './dropout';
import { pick } from './gather';
import { logSoftmax } from './normalization';

/** Labels below zero are ignored; Hugging Face writes −100. */
export const IGNORED_LABEL = -100;

/**
 * −Σ log softmax(logits)[label] over the positions whose label is not negative, [], in nats.
 *
 * @param logits [..., V]
 * @param labels int64 [..., 1]
 */
export function crossEntropySum(g: GraphBuilder, logits: Value, labels: Value): Value {
  const zero = g.constant(BigInt64Array.of(0n), []);
  const [counts] = g.node('GreaterOrEqual', [labels, zero], [['bool', labels.shape]]);
  const [index] = g.node('Max', [labels, zero], [['int64', labels.shape]]);
  const logProbabilities = pick(g, logSoftmax(g, logits), index);
  return unary(g, 'Neg', sumAll(g, multiply(g, logProbabilities, toFloat(g, counts))));
}
