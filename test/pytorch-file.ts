import { zipSync } from 'fflate';

/** Pickle opcodes as bytes: what is put together here is what Python's pickle module would read. */
export type Opcodes = Buffer;

const op = (code: string, ...rest: Buffer[]): Opcodes => Buffer.concat([Buffer.from(code, 'latin1'), ...rest]);
const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

export const NONE = op('N');
export const TRUE = op('\x88');
export const FALSE = op('\x89');

export function text(value: string): Opcodes {
  const bytes = Buffer.from(value, 'utf8');
  return op('X', uint32(bytes.length), bytes);
}

export function integer(value: number): Opcodes {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return op('\x8a\x08', bytes);
}

export function tuple(...items: Opcodes[]): Opcodes {
  return op('(', ...items, op('t'));
}

export function list(...items: Opcodes[]): Opcodes {
  return op('](', ...items, op('e'));
}

export function dict(entries: Readonly<Record<string, Opcodes>>): Opcodes {
  return op('}(', ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]), op('u'));
}

export function global(module: string, name: string): Opcodes {
  return op(`c${module}\n${name}\n`);
}

/** A call of a function with a tuple of arguments. */
export function reduce(callee: Opcodes, ...args: Opcodes[]): Opcodes {
  return op('', callee, tuple(...args), op('R'));
}

export function persistent(id: Opcodes): Opcodes {
  return op('', id, op('Q'));
}

export const ORDERED_DICT = reduce(global('collections', 'OrderedDict'));

/** A whole pickle of protocol 2. */
export function pickle(...opcodes: Opcodes[]): Buffer {
  return op('\x80\x02', ...opcodes, op('.'));
}

export interface TensorView {
  /** Class of the storage, `FloatStorage`. */
  readonly type?: string;
  readonly key: string;
  /** Numbers of the storage. */
  readonly length: number;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A tensor as `torch.save` pickles it. */
export function tensor({ type = 'FloatStorage', key, length, offset = 0, shape, strides }: TensorView): Opcodes {
  return reduce(
    global('torch._utils', '_rebuild_tensor_v2'),
    persistent(tuple(text('storage'), global('torch', type), text(key), text('cpu'), integer(length))),
    integer(offset),
    tuple(...shape.map(integer)),
    tuple(...strides.map(integer)),
    FALSE,
    ORDERED_DICT,
  );
}

/** A file of PyTorch 1.6 and later, with other entries beside the storages. */
export function zipFile(
  stateDict: Buffer,
  storages: Readonly<Record<string, Buffer>> = {},
  others: Readonly<Record<string, Buffer>> = {},
): Buffer {
  const entries = { 'data.pkl': stateDict, ...others };
  for (const [key, bytes] of Object.entries(storages)) Object.assign(entries, { [`data/${key}`]: bytes });
  const named = Object.entries(entries).map(([name, bytes]) => [`archive/${name}`, bytes]);
  return Buffer.from(zipSync(Object.fromEntries(named), { level: 0 }));
}

/** A file of the versions before; `lengths` are the numbers that each storage has. */
export function legacyFile(
  stateDict: Buffer,
  storages: Readonly<Record<string, Buffer>> = {},
  lengths: Readonly<Record<string, number>> = {},
): Buffer {
  const parts = Object.entries(storages).flatMap(([key, bytes]) => [
    storageLength(lengths[key] ?? bytes.length / 4),
    bytes,
  ]);
  return Buffer.concat([legacyHead(stateDict, Object.keys(storages)), ...parts]);
}

/** What stands before the storages of such a file. */
export function legacyHead(stateDict: Buffer, keys: readonly string[]): Buffer {
  return Buffer.concat([
    pickle(op('\x8a\x0a', Buffer.from('6cfc9c46f9206aa85019', 'hex'))),
    pickle(integer(1001)),
    pickle(dict({ protocol_version: integer(1001), little_endian: TRUE })),
    stateDict,
    pickle(list(...keys.map(text))),
  ]);
}

/** What stands before each storage: how many numbers it has. */
export function storageLength(numbers: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(numbers));
  return bytes;
}

/** Row-major strides. */
export function contiguous(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, dim) => product * dim, 1));
}

/** 32-bit floats as they stand in a storage. */
export function floats(...values: number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}
