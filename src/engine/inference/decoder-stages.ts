import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { CacheType } from '../architectures/gpt2';
import { gpt2DecodingGraph, gpt2PrefillGraph } from '../architectures/gpt2-decoding-graph';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { defaultThreads } from '../default-threads';
import type { Graph } from '../graph/graph';
import { writeOnnx } from '../graph/onnx-writer';
import { cutIntoStages } from '../graph/stages';
import type { ImportPart } from '../quantization/import-progress';
import type { AdapterSlot } from './adapter-slot';
import type { OnnxRuntime } from './onnx-runtime';
import { openPackedWeights, type PackingOptions, withPackedWeights, writePackedWeights } from './packed-weights';
import { type PackedCopies, type Precision, type SessionWeights, sessionWeights } from './session-weights';

export interface StageOptions {
  /** Where widened and quantised weights may be cached. */
  readonly cacheFolder: string;
  /** What the weights are. By default fp32. */
  readonly precision?: Precision | undefined;
  /** Told the share of an import that has been done, from 0 to 1; not called where nothing is to be imported. */
  readonly onImport?: ((share: number) => void) | undefined;
  /** Threads of one forward pass; by default {@link defaultThreads}. */
  readonly threads?: number | undefined;
  /**
   * 32-bit weights of at most so many bytes are packed into private memory as the matrix kernels want them, larger ones
   * stay mapped. By default 256 MiB. Quantised weights are always packed.
   */
  readonly packedBytes?: number;
  /** Quantised weights of at least so many bytes are kept as the matrix kernels want them. By default 64 MiB. */
  readonly packFrom?: number;
  /**
   * About so many bytes of weights are read in one uninterruptible stage of a forward pass. By default 128 MiB of 32-bit
   * weights, and of others what takes as long.
   */
  readonly stageBytes?: number;
  /** What keys and values are kept as. By default what is fastest beside the weights. */
  readonly cache?: CacheType | undefined;
  /** Adapters that the session will be given. By default none: a slot costs time even while it is empty. */
  readonly slot?: AdapterSlot | undefined;
}

/**
 * Packed weights decode a third faster, but they are a private copy that has to be made at each start: worth it for the
 * embedded model's 32 MB, not for the 1.4 GB of a medium one.
 */
const PACKED_BYTES = 256 * 2 ** 20;

/** Smaller files are packed within a moment. */
const PACK_FROM = 64 * 2 ** 20;

/** Three blocks of a medium model in 32 bits, five in 8, ten in 4: some 100 ms for a chunk on one core. */
const STAGE_BYTES: Readonly<Record<SessionWeights['bits'], number>> = {
  32: 128 * 2 ** 20,
  8: 64 * 2 ** 20,
  4: 64 * 2 ** 20,
};

/**
 * With 32 bits, longer chunks are hardly faster, and their attention mask grows with the square. With fewer bits those of
 * 256 are slower again, and their intermediate results would take memory.
 */
const BEST_CHUNK: Readonly<Record<SessionWeights['bits'], number>> = { 32: 256, 8: 128, 4: 128 };

/**
 * With weights in 32 bits the numbers are those of Hugging Face; with fewer every product is one of rounded numbers anyway.
 * Processors other than x64 would rearrange a cache in 8 bits at every step: nobody has measured yet whether it pays there.
 */
const CACHE_BESIDE_FEWER_BITS: CacheType = process.arch === 'x64' ? 'int8' : 'float32';

type ArrangingPart = Extract<ImportPart, `arranging${string}`>;

export interface DecoderStages {
  /** They run one after the other. */
  readonly stages: readonly InferenceSession[];
  /** Tokens of one forward pass that are evaluated fastest. */
  readonly bestChunk: number;
  /** What the stages take keys and values as. */
  readonly cache: CacheType;
  /**
   * Opens what evaluates the beginning of a long prompt faster, without logits, where there is such a thing. Its result is
   * `undefined` where the weights have been deleted since: another window may have reset the cache.
   */
  readonly openPrefill: (() => Promise<readonly InferenceSession[] | undefined>) | undefined;
}

/**
 * Opens a checkpoint's decoding graph, in stages.
 *
 * @throws {CheckpointError} when the weights cannot be read
 */
export async function openStages(
  ort: OnnxRuntime,
  checkpoint: Checkpoint,
  options: StageOptions,
): Promise<DecoderStages> {
  const { cacheFolder, precision = 'fp32', onImport, packFrom = PACK_FROM } = options;
  const runtimeVersion = ort.env.versions.node ?? '';
  const weights = await sessionWeights(checkpoint, precision, { cacheFolder, onImport, runtimeVersion, packFrom });
  const { bits, prefill, progress } = weights;
  // Each adapter's own scale goes into its matrices.
  const lora = options.slot && { ...options.slot, scale: 1 };
  const packs = bits < 32 || weights.byteLength <= (options.packedBytes ?? PACKED_BYTES);
  const arrange = (part: ArrangingPart, graph: Graph, stageBytes: number, copies: PackedCopies | undefined) => {
    const onArranged = (share: number) => progress?.advance(part, share);
    return packedGraphs(ort, cutIntoStages(graph, options.stageBytes ?? stageBytes), copies, {
      sourceFolder: weights.folder,
      onArranged,
    });
  };
  const open = async (part: ArrangingPart, graph: Graph, stageBytes: number, copies: PackedCopies | undefined) => {
    const { graphs, folder } = await arrange(part, graph, stageBytes, copies);
    const sessionOptions: InferenceSession.SessionOptions = {
      executionProviders: ['cpu'],
      intraOpNumThreads: options.threads ?? defaultThreads(),
      interOpNumThreads: 1,
      // A plan of the memory is one large block, which the system gives anew, page by page, at every run; with weights
      // in 32 bits that does not show.
      enableMemPattern: bits === 32,
      // An arena grows by doubling: a medium model's would hold 60 to 130 MB that nothing uses, and be no faster.
      enableCpuMemArena: bits === 32,
      logSeverityLevel: 3,
      extra: {
        session: {
          model_external_initializers_file_folder_path: folder,
          disable_prepacking: packs ? '0' : '1',
          // Threads that wait by spinning starve whatever else the writer's machine does.
          intra_op: { allow_spinning: '0' },
        },
      },
    };
    const stages: InferenceSession[] = [];
    for (const one of graphs) {
      stages.push(await ort.InferenceSession.create(writeOnnx(one, basename), sessionOptions));
    }
    return stages;
  };
  const { config } = checkpoint;
  const cache = options.cache ?? (bits === 32 ? 'float32' : CACHE_BESIDE_FEWER_BITS);
  const stages = await open(
    'arranging',
    gpt2DecodingGraph(config, weights, { cache, lora }),
    STAGE_BYTES[bits],
    weights.packed,
  );
  if (prefill === undefined) {
    await dropArranged(weights);
    progress?.end();
    return { stages, bestChunk: BEST_CHUNK[bits], cache, openPrefill: undefined };
  }
  const prefillGraph = () => gpt2PrefillGraph(config, prefill, { cache, lora });
  // Part of the import: the first long prompt would have to wait for it, and could not be cancelled meanwhile.
  if (prefill.packed !== undefined && prefill.packed.weights === undefined) {
    await arrange('arranging-prefill', prefillGraph(), STAGE_BYTES[8], prefill.packed);
  }
  await dropArranged(weights);
  progress?.end();
  return {
    stages,
    bestChunk: BEST_CHUNK[bits],
    cache,
    openPrefill: async () => {
      const copies = prefill.packed && (await openPackedWeights(prefill.packed.folder));
      if (copies === undefined && !(await isThere(prefill.file))) return undefined;
      const packed = prefill.packed && copies && { folder: prefill.packed.folder, weights: copies };
      return open('arranging-prefill', prefillGraph(), STAGE_BYTES[8], packed);
    },
  };
}

/** Deletes what the arranged copies were made of: they have all of it. */
async function dropArranged({ arrangedFrom, packed, prefill }: SessionWeights): Promise<void> {
  if (arrangedFrom === undefined || !(await isThere(arrangedFrom))) return;
  for (const copies of [packed, ...(prefill === undefined ? [] : [prefill.packed])]) {
    if (copies === undefined || (await openPackedWeights(copies.folder)) === undefined) return;
  }
  // Another process may have it open, which some systems do not allow; then it stays until the next start.
  await rm(arrangedFrom, { force: true }).catch(() => undefined);
}

/**
 * The graphs with weights that the runtime has arranged before; where it has not, it does so now. Without room for that
 * on the disk they stay as they are: every start takes longer.
 */
async function packedGraphs(
  ort: OnnxRuntime,
  graphs: readonly Graph[],
  copies: PackedCopies | undefined,
  { sourceFolder, onArranged }: Omit<PackingOptions, 'folder'>,
): Promise<{ readonly graphs: readonly Graph[]; readonly folder: string }> {
  if (copies === undefined) return { graphs, folder: sourceFolder };
  const { folder } = copies;
  const weights =
    copies.weights ??
    (await openPackedWeights(folder)) ??
    (await writePackedWeights(ort, graphs, { folder, sourceFolder, onArranged })
      .catch(() => undefined)
      // Another process may have been faster, and have deleted what they are made of.
      .then(() => openPackedWeights(folder)));
  if (weights === undefined) return { graphs, folder: sourceFolder };
  return { graphs: graphs.map((graph) => withPackedWeights(graph, weights)), folder };
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
