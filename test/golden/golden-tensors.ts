import { readFileSync } from 'node:fs';

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Reads a small safetensors file of F32 and I32 tensors whole. */
export function readGolden(file: string): Map<string, GoldenTensor> {
  const bytes = readFileSync(file);
  const dataStart = 8 + Number(bytes.readBigUInt64LE(0));
  const header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> = JSON.parse(
    bytes.toString('utf8', 8, dataStart),
  );
  const tensors = new Map<string, GoldenTensor>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [begin, end] = data_offsets;
    const data: number[] = [];
    for (let at = dataStart + begin; at < dataStart + end; at += 4) {
      data.push(dtype === 'I32' ? bytes.readInt32LE(at) : bytes.readFloatLE(at));
    }
    tensors.set(name, { shape, data });
  }
  return tensors;
}

/** The rows of a golden matrix or of the last two axes of a golden [B, T, V]. */
export function rowsOf(tensor: GoldenTensor | undefined): number[][] {
  if (tensor === undefined) throw new Error('the golden file lacks this tensor');
  const width = tensor.shape.at(-1) ?? 1;
  return Array.from({ length: tensor.data.length / width }, (_, i) => tensor.data.slice(i * width, (i + 1) * width));
}

export function maxAbsDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers against ${b.length}`);
  let max = 0;
  for (let i = 0; i < a.length; i++) max = Math.max(max, Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN)));
  return max;
}
