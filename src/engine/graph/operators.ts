// Every operator; each file holds forward functions and, beside them, the rules of their gradients.
export { add, multiply, scalar, subtract, sumAll, sumOver } from './operators/arithmetic';
export { crossEntropySum, IGNORED_LABEL } from './operators/cross-entropy';
export { dropout } from './operators/dropout';
export { gatherPositions, gatherRows, pick } from './operators/gather';
export { gelu } from './operators/gelu';
export { type Int8Matrix, int8Product, matMulInt8 } from './operators/int8-product';
export {
  type CodeRange,
  integerProduct,
  roundRows,
  scaledIntegerProduct,
  toFloat32,
} from './operators/integer-product';
export { matMul, matMulTransposed } from './operators/matrix-product';
export { layerNormalization, logSoftmax, softmax } from './operators/normalization';
export { gatherRowsQuantized, matMulQuantized, type QuantizedMatrix } from './operators/quantized';
export { concat, reshape, splitInThree, splitInTwo, transpose } from './operators/shape';
