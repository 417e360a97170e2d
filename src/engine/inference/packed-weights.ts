import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import type { InferenceSession } from 'onnxruntime-node';
import { z } from 'zod';
import { writeWholeFile } from '../checkpoint/whole-file';
import type { Graph, Initializer } from '../graph/graph';
import { writeOnnx } from '../graph/onnx-writer';
import { ModelProtoSchema } from '../graph/proto/onnx_pb';
import type { OnnxRuntime } from './onnx-runtime';

// ONNX Runtime rearranges quantised matrices for the kernels of the processor at hand. Doing so at each start takes a
// second for a medium model and a private copy of its weights. It can write what it has arranged into a file, and map it
// the next time (session.save_external_prepacked_constant_initializers).

/** Where a runtime finds a weight and what it has made of it, by the weight's name. */
export type PackedWeights = ReadonlyMap<string, PackedWeight>;

interface PackedWeight {
  readonly file: string;
  readonly offset: number;
  readonly byteLength: number;
  /** The runtime's own records of the arranged copies, one for each kernel. */
  readonly packed: readonly string[];
}

const INDEX = 'index.json';
/** Files are mapped page by page. */
const ALIGNMENT = 4096;

const indexSchema = z.record(
  z.string(),
  z.object({ file: z.string(), offset: z.int(), byteLength: z.int(), packed: z.array(z.string()) }),
);

/**
 * The folder for arranged copies of a file of weights. Its name says for which processor and runtime they are: another
 * one would compute nonsense with them.
 *
 * @param use What the copies are for, where there are several of one file.
 * @returns `undefined` where they cannot be used: the runtime writes into what it maps, and
 * on Windows mapped files are read-only.
 */
export function packedFolder(weightsFile: string, use: string, runtimeVersion: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  const name = basename(weightsFile).replace(/\.\w+$/, '');
  return join(dirname(weightsFile), `${name}-${use}${packedEnding(runtimeVersion)}`);
}

/** Names of folders that are of use to this processor and runtime end with this. */
export function packedEnding(runtimeVersion: string): string {
  const kind = [process.platform, process.arch, runtimeVersion, processorKind()].join('\n');
  return `-${createHash('sha256').update(kind).digest('hex').slice(0, 16)}.packed`;
}

/** On a virtual machine the model's name alone does not say which instructions it may use. */
function processorKind(): string {
  try {
    const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1];
    if (flags !== undefined) return flags.trim();
  } catch {
    // Only Linux has it.
  }
  return cpus()[0]?.model ?? '';
}

/** The arranged copies in a folder; `undefined` when they are not there as a whole. */
export async function openPackedWeights(folder: string): Promise<PackedWeights | undefined> {
  const index = indexSchema.safeParse(await readJson(join(folder, INDEX)));
  if (!index.success) return undefined;
  const weights = Object.entries(index.data).map(
    ([name, { file, ...place }]) => [name, { ...place, file: join(folder, file) }] as const,
  );
  const ends = new Map<string, number>();
  for (const [, { file, offset, byteLength, packed }] of weights) {
    const copies = packed.flatMap(buffersOf).map((buffer) => buffer.offset + buffer.length);
    ends.set(file, Math.max(ends.get(file) ?? 0, offset + byteLength, ...copies));
  }
  for (const [file, end] of ends) {
    const size = (await stat(file).catch(() => undefined))?.size ?? 0;
    if (size < end) return undefined;
  }
  return new Map(weights);
}

export interface PackingOptions {
  /** Where the copies go. */
  readonly folder: string;
  /** Where the graphs' own weights lie. */
  readonly sourceFolder: string;
  /** The share that has been arranged, from 0 to 1. */
  readonly onArranged?: ((share: number) => void) | undefined;
}

/** Has the runtime arrange the weights of some graphs and keep them. Others see the folder whole or not at all. */
export async function writePackedWeights(
  ort: OnnxRuntime,
  graphs: readonly Graph[],
  { folder, sourceFolder, onArranged }: PackingOptions,
): Promise<void> {
  const temporary = `${folder}.${randomUUID()}.part`;
  await mkdir(temporary, { recursive: true });
  try {
    const index: Record<string, z.infer<typeof indexSchema>[string]> = {};
    for (const [i, graph] of graphs.entries()) {
      const model = join(temporary, `${i}.onnx`);
      const data = `${i}.bin`;
      const session = await ort.InferenceSession.create(writeOnnx(graph, basename), saving(sourceFolder, model, data));
      await session.release();
      const saved = savedWeights(await readFile(model), data);
      await rm(model);
      // A stage may have no weights of its own.
      if (Object.keys(saved).length > 0) await alignCopies(join(temporary, data), saved);
      Object.assign(index, saved);
      onArranged?.((i + 1) / graphs.length);
    }
    await writeWholeFile(join(temporary, INDEX), (file) => file.writeFile(JSON.stringify(index)));
    await putInPlace(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Another window may have been faster, and may be opening what it has written: only a broken folder is replaced. */
async function putInPlace(temporary: string, folder: string): Promise<void> {
  const isPlaced = await rename(temporary, folder).then(
    () => true,
    () => false,
  );
  if (isPlaced) return;
  if ((await openPackedWeights(folder)) !== undefined) {
    await rm(temporary, { recursive: true, force: true });
    return;
  }
  await rm(folder, { recursive: true, force: true });
  await rename(temporary, folder);
}

function saving(sourceFolder: string, model: string, data: string): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    optimizedModelFilePath: model,
    extra: {
      session: {
        model_external_initializers_file_folder_path: sourceFolder,
        optimized_model_external_initializers_file_name: data,
        optimized_model_external_initializers_min_size_in_bytes: '0',
        save_external_prepacked_constant_initializers: '1',
      },
    },
  };
}

/** Reads from a model that the runtime has saved where its weights are. */
function savedWeights(model: Uint8Array, file: string): z.infer<typeof indexSchema> {
  const { graph } = fromBinary(ModelProtoSchema, model);
  const weights: z.infer<typeof indexSchema> = {};
  for (const { name, externalData } of graph?.initializer ?? []) {
    const entries = new Map(externalData.map(({ key, value }) => [key, value]));
    if (entries.get('location') !== file) continue;
    const packed = externalData.filter(({ key }) => key.startsWith('prepacked_')).map(({ value }) => value);
    weights[name] = {
      file,
      offset: Number(entries.get('offset')),
      byteLength: Number(entries.get('length')),
      packed,
    };
  }
  return weights;
}

/** A graph whose weights are read from where the runtime has put them; small constants stay in the graph. */
export function withPackedWeights(graph: Graph, weights: PackedWeights): Graph {
  const initializers = graph.initializers.map((initializer): Initializer => {
    const { value, data } = initializer;
    if (data.kind === 'inline') return initializer;
    const place = weights.get(value.name);
    if (place === undefined) throw new Error(`no arranged copy of ${value.name}`);
    return { value, data: { kind: 'external', ...place } };
  });
  return { ...graph, initializers };
}

interface PackedBuffer {
  readonly offset: number;
  readonly length: number;
  readonly checksum: number;
}

/** The stretches of a record, `kernel+key|offset;length;checksum|…`. */
function buffersOf(record: string): PackedBuffer[] {
  return record
    .split('|')
    .slice(1)
    .map((buffer) => {
      const [offset = 0, length = 0, checksum = 0] = buffer.split(';').map(Number);
      return { offset, length, checksum };
    });
}

/** `undefined` when the file is missing or is no JSON. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Moves the copies that do not begin at a page to the end of the file. Inside them the runtime finds scales and sums at
 * multiples of 64 bytes in memory, which lie elsewhere in a copy that is mapped to another alignment. It aligns those
 * above a megabyte itself.
 */
async function alignCopies(path: string, weights: z.infer<typeof indexSchema>): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    let end = (await handle.stat()).size;
    for (const weight of Object.values(weights)) {
      for (const [i, record] of weight.packed.entries()) {
        const buffers = buffersOf(record);
        for (const [at, buffer] of buffers.entries()) {
          const { offset, length, checksum } = buffer;
          if (offset % ALIGNMENT === 0) continue;
          const bytes = Buffer.alloc(length);
          await handle.read(bytes, 0, length, offset);
          const aligned = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
          await handle.write(bytes, 0, length, aligned);
          end = aligned + length;
          buffers[at] = { offset: aligned, length, checksum };
        }
        const [kernel = ''] = record.split('|');
        weight.packed[i] = [kernel, ...buffers.map((one) => `${one.offset};${one.length};${one.checksum}`)].join('|');
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
