import { dirname } from 'node:path';
import { externalParameters } from '../architectures/external-parameters';
import { quantizedParameters, type WeightUse } from '../architectures/quantized-parameters';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { float32Weights } from '../checkpoint/float32-weights';
import { commonFolder } from '../checkpoint/safetensors';
import { type Dtype, QUANTIZATIONS, type QuantizationOptions } from '../quantization/dtype';
import { type ImportOptions, plannedWeights, quantizedWeights } from '../quantization/quantized-weights';
import { openPackedWeights, type PackedWeights, packedFolder } from './packed-weights';

/** The weights of a session, in files that can be mapped. */
export interface SessionWeights extends WeightUse {
  /** Where the files lie. */
  readonly folder: string;
  readonly byteLength: number;
  /** Bits of a weight, for most of them. */
  readonly bits: 4 | 8 | 32;
  /** Copies that are arranged for the kernels, or where to keep them once they are. */
  readonly packed?: { readonly folder: string; readonly weights: PackedWeights | undefined };
}

interface PackingOptions {
  /** Arranged copies belong to one version of the runtime. */
  readonly runtimeVersion: string;
  /** Quantised weights of fewer bytes are arranged at each start: that takes less than finding them. */
  readonly packFrom: number;
}

/** A dtype by its name, or a way of quantising that none of the names means. */
export type Precision = Dtype | QuantizationOptions;

/**
 * The weights of a checkpoint as they are to be computed with. What is not there yet is made and kept.
 *
 * @throws {CheckpointError} when the weights cannot be read
 */
export async function sessionWeights(
  checkpoint: Checkpoint,
  precision: Precision,
  { runtimeVersion, packFrom, ...options }: ImportOptions & PackingOptions,
): Promise<SessionWeights> {
  if (precision === 'fp32') {
    const weights = await float32Weights(checkpoint, options.cacheFolder);
    const byteLength = [...weights.values()].reduce((sum, one) => sum + one.byteLength, 0);
    return {
      parameter: externalParameters(weights),
      hooks: () => ({}),
      folder: commonFolder(weights),
      byteLength,
      bits: 32,
    };
  }
  const quantization = typeof precision === 'string' ? QUANTIZATIONS[precision] : precision;
  const layout = await plannedWeights(checkpoint, quantization, options.cacheFolder);
  const packs = layout.size >= packFrom ? packedFolder(layout.file, runtimeVersion) : undefined;
  const weights = packs === undefined ? undefined : await openPackedWeights(packs);
  // Arranged copies have all that the file has.
  if (weights === undefined) await quantizedWeights(checkpoint, quantization, options);
  return {
    ...quantizedParameters(layout, checkpoint.config.tie_word_embeddings),
    ...(packs !== undefined && { packed: { folder: packs, weights } }),
    folder: dirname(layout.file),
    byteLength: layout.size,
    bits: quantization.modules.bits,
  };
}
