import { readFileSync } from 'node:fs';
import type { FileStretch } from '../../src/engine/graph/graph';
import { dequantizeBlocks } from '../../src/engine/quantization/block-quantization';
import { isConv1d, type QuantizedLayout } from '../../src/engine/quantization/quantized-layout';

/** The numbers that a file of quantised weights stands for, by name, in the order in which a checkpoint has them. */
export function dequantizedTensors({ file, quantized, kept }: QuantizedLayout): (name: string) => Float32Array {
  const bytes = readFileSync(file);
  const stretch = ({ offset, byteLength }: FileStretch) => Uint8Array.from(bytes.subarray(offset, offset + byteLength));
  const floats = (place: FileStretch) => new Float32Array(stretch(place).buffer);
  return (name) => {
    const tensor = quantized.get(name);
    const place = kept.get(name);
    if (place !== undefined) return floats(place);
    if (tensor === undefined) throw new RangeError(`no weight called ${name}`);
    const { codes, scales, format, rows, width } = tensor;
    const numbers = dequantizeBlocks({ codes: stretch(codes), scales: floats(scales) }, format);
    if (!isConv1d(name)) return numbers;
    return numbers.map((_, i) => numbers[(i % rows) * width + Math.floor(i / rows)] ?? Number.NaN);
  };
}
