import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint';
import { writeModelFolder } from '../../src/engine/checkpoint/model-folder';
import { readTensor } from '../../src/engine/checkpoint/read-tensor';
import type { QuantizationOptions } from '../../src/engine/quantization/dtype';
import { isConv1d } from '../../src/engine/quantization/quantized-layout';
import { quantizedWeights } from '../../src/engine/quantization/quantized-weights';
import { transposed } from '../../src/engine/quantization/transposed';
import { dequantizedTensors } from '../golden/dequantized-tensors';
import { ggmlBlocks, ggmlNumbers } from './gguf/ggml-blocks';
import { GGUF_KINDS, type GgufKind } from './gguf/gpt2-gguf';

/** A way of rounding the weights: ours, or one of llama.cpp's. */
export type Rounding = { readonly ours: QuantizationOptions } | { readonly ggml: GgufKind };

/**
 * Writes a model whose weights have been rounded and are 32-bit floats again: what is lost by rounding them alone, whoever
 * computes with them.
 */
export async function writeRounded(
  checkpoint: Checkpoint,
  rounding: Rounding,
  { folder, cacheFolder }: { readonly folder: string; readonly cacheFolder: string },
): Promise<void> {
  const tensors =
    'ours' in rounding
      ? dequantizedTensors(await quantizedWeights(checkpoint, rounding.ours, { cacheFolder }))
      : (name: string) => ggmlRounded(checkpoint, name, rounding.ggml);
  await writeModelFolder(folder, { base: checkpoint, tensors, overwrite: true });
}

async function ggmlRounded({ tensors }: Checkpoint, name: string, kind: GgufKind): Promise<Float32Array> {
  const location = tensors.get(name);
  if (location === undefined) throw new Error(`no weight called ${name}`);
  const numbers = await readTensor(location);
  const { modules, head } = GGUF_KINDS[kind];
  const rounded = (type: typeof modules | typeof head, rows: Float32Array) => ggmlNumbers(type, ggmlBlocks(type, rows));
  if (name === 'wte.weight' || name === 'lm_head.weight') return rounded(head, numbers);
  if (!isConv1d(name)) return numbers;
  const [K = 0, N = 0] = location.shape;
  return transposed(rounded(modules, transposed(numbers, K, N)), N, K);
}
