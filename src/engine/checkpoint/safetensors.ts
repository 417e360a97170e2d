import { dirname } from 'node:path';
import { z } from 'zod';
import { CheckpointError } from './checkpoint-error';
import { readExactly, withFile } from './file-bytes';

/** Formats that a weight may be stored in. */
export type FloatType = 'F32' | 'F16' | 'BF16';

/** Where a tensor lies: nothing is read until somebody maps or streams it. */
export interface TensorLocation {
  readonly file: string;
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  /** Of the tensor's numbers, whether or not they lie together. */
  readonly byteLength: number;
  readonly dtype: FloatType;
  readonly shape: readonly number[];
  /** From one number to the next along each axis, counted in numbers; absent where they lie row after row. */
  readonly strides?: readonly number[];
}

/** The format allows more, but a header this long is an attack or an accident; the reference reader agrees. */
const MAX_HEADER_BYTES = 100_000_000;

const BYTES_PER_ELEMENT: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

const headerSchema = z.record(
  z.string(),
  z.union([
    z.object({
      dtype: z.string(),
      shape: z.array(z.int().nonnegative()),
      data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
    }),
    z.record(z.string(), z.string()),
  ]),
);

function isFloatType(dtype: string): dtype is FloatType {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

/**
 * Reads the header of a safetensors file: 8 bytes little-endian length, JSON, then the data.
 * Only the header is read. Tensors whose name `wanted` refuses are passed over, whatever their format.
 * Source: https://huggingface.co/docs/safetensors
 *
 * @throws {CheckpointError} weights-missing, weights-truncated, weights-broken, dtype-unknown
 */
export async function readSafetensorsHeader(
  file: string,
  wanted: (name: string) => boolean = () => true,
): Promise<Map<string, TensorLocation>> {
  return locate(await readHeader(file), file, wanted);
}

/** The file's own notes, `__metadata__`; errors as in {@link readSafetensorsHeader}. */
export async function readSafetensorsMetadata(file: string): Promise<ReadonlyMap<string, string>> {
  const { entries } = await readHeader(file);
  return new Map(
    Object.entries(entries.__metadata__ ?? {}).filter((note): note is [string, string] => typeof note[1] === 'string'),
  );
}

interface Header {
  readonly entries: z.infer<typeof headerSchema>;
  /** Where the data begins. */
  readonly dataStart: number;
  /** Bytes of the whole file. */
  readonly size: number;
}

async function readHeader(path: string): Promise<Header> {
  return withFile(path, async (file) => {
    const { size } = file;
    if (size < 8) throw new CheckpointError('weights-truncated', [path], `${size} bytes`);
    const length = (await readExactly(file, 0, 8)).readBigUInt64LE();
    if (length > BigInt(MAX_HEADER_BYTES)) {
      throw new CheckpointError('weights-broken', [path], `a header of ${length} bytes`);
    }
    const dataStart = 8 + Number(length);
    if (dataStart > size) {
      throw new CheckpointError('weights-truncated', [path], `header of ${length} bytes in a file of ${size} bytes`);
    }
    const text = (await readExactly(file, 8, Number(length))).toString('utf8');
    return { entries: parseHeader(text, path), dataStart, size };
  });
}

function parseHeader(text: string, file: string): z.infer<typeof headerSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CheckpointError('weights-broken', [file], error instanceof Error ? error.message : String(error));
  }
  const header = headerSchema.safeParse(json);
  if (!header.success) {
    throw new CheckpointError('weights-broken', [file], z.prettifyError(header.error).slice(0, 300));
  }
  return header.data;
}

function locate(
  { entries, dataStart, size }: Header,
  file: string,
  wanted: (name: string) => boolean,
): Map<string, TensorLocation> {
  const tensors = new Map<string, TensorLocation>();
  for (const [name, entry] of Object.entries(entries)) {
    if (name === '__metadata__' || !wanted(name)) continue;
    const { dtype, shape, data_offsets: offsets } = entry;
    if (typeof dtype !== 'string' || !Array.isArray(shape) || !Array.isArray(offsets)) {
      throw new CheckpointError('weights-broken', [file], `${name} is not a tensor`);
    }
    const bytes = BYTES_PER_ELEMENT[dtype];
    if (bytes === undefined || !isFloatType(dtype)) {
      throw new CheckpointError('dtype-unknown', [file], `${name}: ${dtype}`);
    }
    const [begin, end] = offsets;
    if (end - begin !== shape.reduce((product, dim) => product * dim, bytes)) {
      throw new CheckpointError('weights-broken', [file], `${name}: ${end - begin} bytes for [${shape}] ${dtype}`);
    }
    if (dataStart + end > size) {
      throw new CheckpointError('weights-truncated', [file], `${name} ends at byte ${dataStart + end} of ${size}`);
    }
    tensors.set(name, { file, offset: dataStart + begin, byteLength: end - begin, dtype, shape });
  }
  return tensors;
}

/** The one folder in which all of `weights` lie: ONNX Runtime reads external data below one folder only. */
export function commonFolder(weights: ReadonlyMap<string, TensorLocation>): string {
  const folders = new Set([...weights.values()].map(({ file }) => dirname(file)));
  const [folder, ...others] = folders;
  if (folder === undefined || others.length > 0) throw new Error(`weights lie in ${folders.size} folders`);
  return folder;
}
