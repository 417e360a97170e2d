import type { GraphBuilder, Value } from '../graph';
import { multiply, sumAll, unary } from './arithmetic';
import { int, string } from './attributes';
import { toFloat } from './dropout';
import { pick } from './gather';
import { logSoftmax } from './normalization';

/** Labels below zero are ignored; Hugging Face writes −100. */
export const IGNORED_LABEL = -100;

/**
 * −Σ log softmax(logits)[label] over the positions whose label is not negative, [], in nats.
 *
 * Its gradient, softmax(logits) less 1 at the label, is written out: the rules of the operators would fill and sum three
 * more tensors as large as the logits.
 *
 * @param logits [..., V]
 * @param labels int64 [..., 1]
 */
export function crossEntropySum(g: GraphBuilder, logits: Value, labels: Value): Value {
  const zero = g.constant(BigInt64Array.of(0n), []);
  const [isCounted] = g.node('GreaterOrEqual', [labels, zero], [['bool', labels.shape]]);
  const [index] = g.node('Max', [labels, zero], [['int64', labels.shape]]);
  const counted = toFloat(g, isCounted); // [..., 1]
  const logProbabilities = logSoftmax(g, logits);
  const sum = sumAll(g, multiply(g, pick(g, logProbabilities, index), counted));
  const backward = (gradients: GraphBuilder, upstream: Value): Value => {
    const scale = multiply(gradients, counted, upstream); // [..., 1]
    const expected = multiply(gradients, unary(gradients, 'Exp', logProbabilities), scale);
    const attributes = { axis: int(-1), reduction: string('add') };
    const inputs = [expected, index, unary(gradients, 'Neg', scale)];
    return gradients.node('ScatterElements', inputs, [['float32', logits.shape]], { attributes })[0];
  };
  return g.node('Neg', [sum], [['float32', []]], { customGradient: { input: logits, backward } })[0];
}
