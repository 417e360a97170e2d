import type { GraphBuilder, Value } from '../graph';
import { multiply, scalar } from './arithmetic';
import { int } from './attributes';

const ONNX_FLOAT = 1;

/**
 * x · mask / (1 − p), the mask given: ONNX's own random operators hide state, and a run resumed from a checkpoint must
 * drop the same entries. Its gradient is that of the product.
 *
 * @param mask bool, as shaped as `x`: true keeps.
 * @param p Share of entries that the mask drops.
 */
export function dropout(g: GraphBuilder, x: Value, mask: Value, p: number): Value {
  return multiply(g, x, multiply(g, toFloat(g, mask), scalar(g, 1 / (1 - p))));
}

/** true → 1, false → 0 */
export function toFloat(g: GraphBuilder, x: Value): Value {
  return g.node('Cast', [x], [['float32', x.shape]], { attributes: { to: int(ONNX_FLOAT) } })[0];
}
