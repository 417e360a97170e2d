import type { DtypeSetting } from '../../protocol/settings';

/** Above this many bytes in 32 bits a model runs in 8 bits unless told otherwise (`engine/quantization/dtype.ts`). */
const LARGEST_FP32 = 256 * 2 ** 20;

/** A scale of 4 bytes for each block of 128 weights. */
const SCALES = 1 + 4 / 128;

/** What the process takes without a model: Node, ONNX Runtime, a tokenizer. */
const RUNTIME_BYTES = 160e6;

/** What intermediate results add, as measured for the medium shape (docs/measurements.md). */
const WORKING_SHARE = 1.2;

/** Tokens of text that the model keeps in mind, for the estimate of memory. */
const POSITIONS = 1024;

export interface ModelShape {
  readonly parameters: number;
  readonly layers: number;
  readonly width: number;
}

/** Bytes of memory with weights in 8 bits and a full window of text: about so many, within a fifth. */
export function memoryInInt8({ parameters, layers, width }: ModelShape): number {
  const keysAndValues = POSITIONS * layers * 2 * width * 4;
  return WORKING_SHARE * (RUNTIME_BYTES + parameters * SCALES + keysAndValues);
}

/** Bytes of weights that are read for each token written. */
export function decodeBytes(parameters: number, dtype: DtypeSetting): number {
  switch (dtype) {
    case 'fp32':
      return 4 * parameters;
    case 'int8':
      return SCALES * parameters;
    case 'int4':
      return 0.57 * parameters;
    case 'default':
      return decodeBytes(parameters, 4 * parameters <= LARGEST_FP32 ? 'fp32' : 'int8');
  }
}

/** A speed that was measured on this machine. */
export interface MeasuredSpeed {
  readonly parameters: number;
  readonly tokensPerSecond: number;
}

/**
 * How fast a model would write, from how fast another one does: decoding takes as long as reading the weights, so that
 * speed goes down as their bytes go up.
 */
export function estimatedSpeed(measured: MeasuredSpeed, parameters: number, dtype: DtypeSetting): number {
  return (measured.tokensPerSecond * decodeBytes(measured.parameters, dtype)) / decodeBytes(parameters, dtype);
}
