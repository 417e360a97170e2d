import { CheckpointError } from '../checkpoint-error';
import { printable } from '../printable';
import {
  kindOf,
  type PickledFunction,
  type PickledStorage,
  type PickledTensor,
  type PickleValue,
  type StorageType,
} from './pickle-value';

const STORAGE_TYPES: ReadonlyMap<string, StorageType> = new Map([
  ['FloatStorage', 'F32'],
  ['HalfStorage', 'F16'],
  ['BFloat16Storage', 'BF16'],
  ['DoubleStorage', 'F64'],
  ['LongStorage', 'I64'],
  ['IntStorage', 'I32'],
  ['ShortStorage', 'I16'],
  ['CharStorage', 'I8'],
  ['ByteStorage', 'U8'],
  ['BoolStorage', 'BOOL'],
]);

const FUNCTIONS: ReadonlyMap<string, PickledFunction> = new Map([
  ['collections.OrderedDict', 'OrderedDict'],
  ['torch._utils._rebuild_tensor', '_rebuild_tensor'],
  ['torch._utils._rebuild_tensor_v2', '_rebuild_tensor_v2'],
  ['torch._utils._rebuild_parameter', '_rebuild_parameter'],
]);

/** PyTorch's own limit on the axes of a tensor. */
const MAX_AXES = 64;

/**
 * The class or function that a pickle names. Whatever is no part of a state dict is refused, called or not.
 *
 * @throws {CheckpointError} pytorch-unsafe
 */
export function resolveGlobal(module: string, name: string, file: string): PickleValue {
  const fn = FUNCTIONS.get(`${module}.${name}`);
  if (fn !== undefined) return { kind: 'function', name: fn };
  const dtype = module === 'torch' ? STORAGE_TYPES.get(name) : undefined;
  if (dtype !== undefined) return { kind: 'storage-type', dtype };
  throw new CheckpointError('pytorch-unsafe', [file], printable(`${module}.${name}`));
}

/**
 * What a call of one of PyTorch's rebuilding functions comes to.
 *
 * @throws {CheckpointError} pytorch-unsafe, pytorch-broken, weights-excessive
 */
export function call(callee: PickleValue | undefined, args: readonly PickleValue[], file: string): PickleValue {
  if (callee === null || typeof callee !== 'object' || callee.kind !== 'function') {
    throw new CheckpointError('pytorch-unsafe', [file], `a call of ${kindOf(callee)}`);
  }
  const [first, offset, size, strides] = args;
  switch (callee.name) {
    case 'OrderedDict':
      if (args.length > 0) break;
      return { kind: 'dict', ordered: true, entries: new Map() };
    case '_rebuild_parameter':
      if (first === null || typeof first !== 'object' || first.kind !== 'tensor') break;
      return first;
    case '_rebuild_tensor':
    case '_rebuild_tensor_v2':
      if (first === null || typeof first !== 'object' || first.kind !== 'storage') break;
      return tensorOf(first, offset, size, strides, file);
  }
  throw new CheckpointError('pytorch-broken', [file], `${callee.name}(${args.slice(0, 8).map(kindOf).join(', ')})`);
}

/**
 * What a persistent id stands for: a tuple ('storage', type, key, location, length).
 *
 * @throws {CheckpointError} pytorch-unsafe, pytorch-broken, pytorch-unsupported
 */
export function resolveStorage(id: PickleValue | undefined, file: string): PickledStorage {
  const parts = id !== null && typeof id === 'object' && id.kind === 'tuple' ? id.items : [];
  const [what, type, key, , length, view = null] = parts;
  if (what !== 'storage') {
    const kind = typeof what === 'string' ? printable(what) : kindOf(what);
    throw new CheckpointError('pytorch-unsafe', [file], `a persistent id of the kind ${kind}`);
  }
  if (view !== null) throw new CheckpointError('pytorch-unsupported', [file], 'a view of another storage');
  if (
    type === null ||
    typeof type !== 'object' ||
    type.kind !== 'storage-type' ||
    typeof key !== 'string' ||
    !isCount(length)
  ) {
    throw new CheckpointError('pytorch-broken', [file], `a storage of ${parts.slice(0, 8).map(kindOf).join(', ')}`);
  }
  return { kind: 'storage', key, dtype: type.dtype, length };
}

function tensorOf(
  storage: PickledStorage,
  offset: PickleValue | undefined,
  size: PickleValue | undefined,
  stride: PickleValue | undefined,
  file: string,
): PickledTensor {
  const shape = countsOf(size);
  const strides = countsOf(stride);
  if (!isCount(offset) || shape === undefined || strides === undefined || shape.length !== strides.length) {
    throw new CheckpointError('pytorch-broken', [file], 'a tensor without shape, strides or offset');
  }
  const total = shape.includes(0) ? 0 : shape.reduce((product, dim) => product * dim, 1);
  const end = total === 0 ? offset : shape.reduce((last, dim, i) => last + (dim - 1) * (strides[i] ?? 0), offset) + 1;
  // An expanded tensor (stride 0) has more numbers than are stored. No weight is one, and it could be of any size.
  if (total > storage.length || end > storage.length) {
    const detail = `[${shape}] with strides [${strides}] from ${offset} in a storage of ${storage.length} numbers`;
    throw new CheckpointError('weights-excessive', [file], detail);
  }
  return { kind: 'tensor', storage, offset, shape, strides };
}

function countsOf(value: PickleValue | undefined): readonly number[] | undefined {
  if (value === null || typeof value !== 'object' || value.kind !== 'tuple') return undefined;
  const { items } = value;
  return items.length <= MAX_AXES && items.every(isCount) ? items : undefined;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
