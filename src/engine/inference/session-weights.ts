import { dirname } from 'node:path';
import { externalParameters } from '../architectures/external-parameters';
import { prefillParameters, quantizedParameters, type WeightUse } from '../architectures/quantized-parameters';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { float32Weights } from '../checkpoint/float32-weights';
import { commonFolder } from '../checkpoint/safetensors';
import { type Dtype, QUANTIZATIONS, type QuantizationOptions } from '../quantization/dtype';
import { ImportProgress, importWork } from '../quantization/import-progress';
import { quantizedLayout } from '../quantization/quantized-layout';
import { plannedWeights, quantizedWeights } from '../quantization/quantized-weights';
import { openPackedWeights, type PackedWeights, packedFolder } from './packed-weights';

/** The weights of a session, in files that can be mapped. */
export interface SessionWeights extends WeightUse {
  /** Where the files lie. */
  readonly folder: string;
  readonly byteLength: number;
  /** Bits of a weight, for most of them. */
  readonly bits: 4 | 8 | 32;
  /** The file that arranged copies are made of, needed no longer once they are there. */
  readonly arrangedFrom?: string;
  /** Where copies that are arranged for the kernels are kept; not for 32 bits, nor for small files. */
  readonly packed?: PackedCopies;
  /** What long prompts are evaluated with, where that is something else; in `file` until arranged copies are there. */
  readonly prefill?: WeightUse & { readonly file: string; readonly packed?: PackedCopies };
  /** Where it is told how far the arranged copies are that are still to be made. */
  readonly progress?: ImportProgress;
}

/** Copies of weights that the runtime has arranged, or where they are to be kept once it has. */
export interface PackedCopies {
  readonly folder: string;
  readonly weights: PackedWeights | undefined;
}

export interface SessionWeightsOptions {
  /** Where widened and quantised weights are kept. Deleting them loses nothing but the time to make them again. */
  readonly cacheFolder: string;
  /** Arranged copies belong to one version of the runtime. */
  readonly runtimeVersion: string;
  /** Quantised weights of fewer bytes are arranged at each start: that takes less than finding them. */
  readonly packFrom: number;
  /** The share of an import that has been done, from 0 to 1; not called where nothing is to be imported. */
  readonly onImport?: ((share: number) => void) | undefined;
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
  { runtimeVersion, packFrom, cacheFolder, onImport = () => {} }: SessionWeightsOptions,
): Promise<SessionWeights> {
  if (precision === 'fp32') {
    const weights = await float32Weights(checkpoint, cacheFolder);
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
  const planned = quantizedLayout(checkpoint.config, quantization, '');
  const progress = new ImportProgress(importWork(checkpoint, planned), onImport);
  const layout = await plannedWeights(checkpoint, quantization, cacheFolder, (share) =>
    progress.advance('hashing', share),
  );
  const copies = async (kind: 'decode' | 'prefill') => {
    const folder = layout.size >= packFrom ? packedFolder(layout.file, kind, runtimeVersion) : undefined;
    return folder === undefined ? undefined : { folder, weights: await openPackedWeights(folder) };
  };
  const packed = await copies('decode');
  const prefillUse = prefillParameters(layout);
  const prefillPacked = prefillUse && (await copies('prefill'));
  // Arranged copies have all that the file has.
  const whole = packed?.weights !== undefined && (prefillUse === undefined || prefillPacked?.weights !== undefined);
  progress.leaveOut('hashing');
  if (packed === undefined || packed.weights !== undefined) progress.leaveOut('arranging');
  if (prefillPacked === undefined || prefillPacked.weights !== undefined) progress.leaveOut('arranging-prefill');
  if (!whole) {
    const onProgress = (share: number) => progress.advance('quantising', share);
    await quantizedWeights(checkpoint, quantization, { cacheFolder, onProgress });
  }
  progress.leaveOut('quantising');
  return {
    ...quantizedParameters(layout, checkpoint.config.tie_word_embeddings),
    ...(packed && { packed, arrangedFrom: layout.file }),
    ...(prefillUse && {
      prefill: { ...prefillUse, file: layout.file, ...(prefillPacked && { packed: prefillPacked }) },
    }),
    folder: dirname(layout.file),
    byteLength: layout.size,
    bits: quantization.modules.bits,
    progress,
  };
}
