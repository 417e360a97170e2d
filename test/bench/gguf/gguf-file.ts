import { writeWholeFile } from '../../../src/engine/checkpoint/whole-file';
import { GGML_TYPES, type GgmlType, ggmlBlocks, ggmlBytes } from './ggml-blocks';

/** A value of a GGUF header. */
export type GgufValue =
  | { readonly kind: 'uint32'; readonly value: number }
  | { readonly kind: 'float32'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'strings'; readonly value: readonly string[] };

/** A tensor of a GGUF file. */
export interface GgufTensor {
  readonly name: string;
  /** Rows first, as everywhere here; the file has the widths in the other order. */
  readonly shape: readonly number[];
  readonly type: GgmlType;
  readonly read: () => Promise<Float32Array>;
}

const VERSION = 3;
const ALIGNMENT = 32;
const STRING = 8;
const VALUE_TYPES: Readonly<Record<GgufValue['kind'], number>> = { uint32: 4, float32: 6, string: STRING, strings: 9 };

/**
 * Writes a GGUF file, one tensor after the other.
 * Source: the format's description, docs/gguf.md in ggml's repository.
 */
export async function writeGguf(
  file: string,
  header: Readonly<Record<string, GgufValue>>,
  tensors: readonly GgufTensor[],
): Promise<void> {
  let end = 0;
  const placed = tensors.map((tensor) => {
    const offset = aligned(end);
    end =
      offset +
      ggmlBytes(
        tensor.type,
        tensor.shape.reduce((product, dim) => product * dim, 1),
      );
    return { ...tensor, offset };
  });
  const entries = Object.entries(header);
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(VERSION),
    uint64(tensors.length),
    uint64(entries.length),
    ...entries.flatMap(([key, value]) => [string(key), uint32(VALUE_TYPES[value.kind]), valueBytes(value)]),
    ...placed.flatMap(({ name, shape, type, offset }) => [
      string(name),
      uint32(shape.length),
      ...shape.toReversed().map(uint64),
      uint32(GGML_TYPES[type]),
      uint64(offset),
    ]),
  ]);
  const begin = aligned(head.length);
  await writeWholeFile(file, async (handle) => {
    await handle.write(head);
    for (const { type, read, offset } of placed) {
      const bytes = ggmlBlocks(type, await read());
      await handle.write(bytes, 0, bytes.length, begin + offset);
    }
  });
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

function valueBytes(value: GgufValue): Buffer {
  switch (value.kind) {
    case 'uint32':
      return uint32(value.value);
    case 'float32': {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(value.value);
      return bytes;
    }
    case 'string':
      return string(value.value);
    case 'strings':
      return Buffer.concat([uint32(STRING), uint64(value.value.length), ...value.value.map(string)]);
  }
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
