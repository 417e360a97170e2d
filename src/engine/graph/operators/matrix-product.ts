import { type BackwardContext, type GradientRules, inputAt, onlyUpstream } from '../gradient-rule';
import type { Dim, GraphBuilder, Value } from '../graph';
import { sumTo } from './arithmetic';
import { float, int, numberOf } from './attributes';
import { broadcast, dimAt, productOfDims } from './dimensions';
import { reshape } from './shape';

/** a [..., m, k] · b [..., k, n] → [..., m, n]. */
export function matMul(g: GraphBuilder, a: Value, b: Value): Value {
  return g.node('MatMul', [a, b], [['float32', productShape(a, b, PLAIN)]])[0];
}

/** alpha · a [..., m, k] · (b [..., n, k])ᵀ → [..., m, n], without materialising the transpose. */
export function matMulTransposed(g: GraphBuilder, a: Value, b: Value, alpha = 1): Value {
  return product(g, a, b, { alpha, transA: false, transB: true });
}

interface ProductOptions {
  readonly alpha: number;
  readonly transA: boolean;
  readonly transB: boolean;
}

const PLAIN: ProductOptions = { alpha: 1, transA: false, transB: false };

/** alpha · op(a) · op(b), where op may transpose the last two axes. */
function product(g: GraphBuilder, a: Value, b: Value, options: ProductOptions): Value {
  const { alpha, transA, transB } = options;
  return g.node('FusedMatMul', [a, b], [['float32', productShape(a, b, options)]], {
    domain: 'com.microsoft',
    attributes: { alpha: float(alpha), transA: int(transA ? 1 : 0), transB: int(transB ? 1 : 0) },
  })[0];
}

function productShape(a: Value, b: Value, { transA, transB }: ProductOptions): Dim[] {
  const [m, k] = transA ? [dimAt(a, -1), dimAt(a, -2)] : [dimAt(a, -2), dimAt(a, -1)];
  const [l, n] = transB ? [dimAt(b, -1), dimAt(b, -2)] : [dimAt(b, -2), dimAt(b, -1)];
  if (k !== l) throw new Error(`[${a.shape}] · [${b.shape}]: inner dimensions ${k} and ${l} differ`);
  return [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n];
}

export const matrixProductGradients: GradientRules = {
  MatMul: (g, context) => productGradient(g, context, PLAIN),
  FusedMatMul: (g, context) => {
    const { attributes } = context.node;
    return productGradient(g, context, {
      alpha: numberOf(attributes, 'alpha', 1),
      transA: numberOf(attributes, 'transA', 0) === 1,
      transB: numberOf(attributes, 'transB', 0) === 1,
    });
  },
};

/** Y = α·op(A)·op(B): ∂op(A) = α·dY·op(B)ᵀ, ∂op(B) = α·op(A)ᵀ·dY, each written so that no transpose is materialised. */
function productGradient(
  g: GraphBuilder,
  context: BackwardContext,
  { alpha, transA, transB }: ProductOptions,
): readonly (Value | undefined)[] {
  const [a, b] = [inputAt(context, 0), inputAt(context, 1)];
  const dy = onlyUpstream(context);
  const da = () =>
    transA
      ? product(g, b, dy, { alpha, transA: transB, transB: true })
      : product(g, dy, b, { alpha, transA: false, transB: !transB });
  const db = () => {
    // One matrix for a whole batch: its gradient is one large product, not a sum of small ones.
    const shared = b.shape.length === 2 && a.shape.length > 2 && !transA;
    const [rows, drows] = shared ? [asRows(g, a), asRows(g, dy)] : [a, dy];
    return transB
      ? product(g, drows, rows, { alpha, transA: true, transB: transA })
      : product(g, rows, drows, { alpha, transA: !transA, transB: false });
  };
  return [
    context.wanted[0] === true ? sumTo(g, da(), a.shape) : undefined,
    context.wanted[1] === true ? sumTo(g, db(), b.shape) : undefined,
  ];
}

/** [..., k] → [n, k] */
function asRows(g: GraphBuilder, x: Value): Value {
  const width = dimAt(x, -1);
  if (typeof width !== 'number') throw new Error(`${x.name}: a width known in advance is needed, not ${width}`);
  return reshape(g, x, [-1, width], [productOfDims(x.shape.slice(0, -1)), width]);
}
