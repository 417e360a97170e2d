import { ABSENT, type GraphBuilder, type Value } from '../graph';
import { int } from './attributes';
import { dimAt } from './dimensions';

/**
 * A matrix [N, K] whose rows are cut into blocks of `blockSize` numbers, each stored as unsigned codes and one scale:
 * number = (code − 2^(bits−1)) · scale. K is a multiple of `blockSize`. Codes of 4 bits lie two in a byte, the first in
 * the lower half.
 */
export interface QuantizedMatrix {
  readonly bits: 4 | 8;
  readonly blockSize: number;
  /** uint8 [N, K / blockSize, blockSize · bits / 8] */
  readonly codes: Value;
  /** float32 [N, K / blockSize] */
  readonly scales: Value;
}

/** ONNX Runtime's `accuracy_level`: x is rounded to 8-bit integers too, block by block, and integers are multiplied. */
const INTEGER_ARITHMETIC = 4;

/** x [..., K] · (matrix [N, K])ᵀ + bias [N] → [..., N]. */
export function matMulQuantized(g: GraphBuilder, x: Value, matrix: QuantizedMatrix, bias?: Value): Value {
  const { codes, scales, bits, blockSize } = matrix;
  const [N, K] = [dimAt(codes, 0), dimAt(x, -1)];
  if (typeof N !== 'number' || typeof K !== 'number') throw new Error(`${codes.name}: widths must be known in advance`);
  if (K !== Number(dimAt(codes, 1)) * blockSize) throw new Error(`[${x.shape}] · [${codes.shape}]ᵀ: K is ${K}`);
  const optional = bias === undefined ? [] : [ABSENT, ABSENT, bias];
  return g.node('MatMulNBits', [x, codes, scales, ...optional], [['float32', x.shape.with(-1, N)]], {
    domain: 'com.microsoft',
    attributes: {
      K: int(K),
      N: int(N),
      bits: int(bits),
      block_size: int(blockSize),
      accuracy_level: int(INTEGER_ARITHMETIC),
    },
  })[0];
}

/**
 * Rows of a quantised table picked by `indices`: [...indices, K]. The operator wants the codes of a row side by side:
 * uint8 [N, K · bits / 8].
 */
export function gatherRowsQuantized(g: GraphBuilder, table: QuantizedMatrix, indices: Value): Value {
  const { codes, scales, bits, blockSize } = table;
  const width = Number(dimAt(scales, 1)) * blockSize;
  return g.node('GatherBlockQuantized', [codes, indices, scales], [['float32', [...indices.shape, width]]], {
    domain: 'com.microsoft',
    attributes: { bits: int(bits), block_size: int(blockSize), gather_axis: int(0), quantize_axis: int(1) },
  })[0];
}
