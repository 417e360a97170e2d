import { CheckpointError } from '../checkpoint-error';
import type { FloatType, TensorLocation } from '../safetensors';
import { BYTES_PER_NUMBER, kindOf, type PickledTensor, type PickleValue, type StorageType } from './pickle-value';
import type { Stretch } from './zip-archive';

/**
 * The tensors of a state dict whose names `wanted` accepts.
 *
 * @throws {CheckpointError} pytorch-broken
 */
export function wantedTensors(
  stateDict: PickleValue,
  wanted: (name: string) => boolean,
  path: string,
): Map<string, PickledTensor> {
  if (stateDict === null || typeof stateDict !== 'object' || stateDict.kind !== 'dict') {
    throw new CheckpointError('pytorch-broken', [path], `${kindOf(stateDict)} in the place of a dict of tensors`);
  }
  const tensors = new Map<string, PickledTensor>();
  for (const [name, value] of stateDict.entries) {
    if (!wanted(name)) continue;
    if (value === null || typeof value !== 'object' || value.kind !== 'tensor') {
      throw new CheckpointError('pytorch-broken', [path], `${name} is ${kindOf(value)}`);
    }
    tensors.set(name, value);
  }
  return tensors;
}

/**
 * Where in the file the numbers of a tensor lie.
 *
 * @param place Of the tensor's storage.
 * @throws {CheckpointError} dtype-unknown, pytorch-broken
 */
export function locateTensor(name: string, tensor: PickledTensor, place: Stretch, path: string): TensorLocation {
  const { storage, shape, strides } = tensor;
  const { dtype } = storage;
  if (!isFloatType(dtype)) throw new CheckpointError('dtype-unknown', [path], `${name}: ${dtype}`);
  const bytes = BYTES_PER_NUMBER[dtype];
  if (place.byteLength !== storage.length * bytes) {
    const detail = `${name}: ${place.byteLength} bytes for ${storage.length} numbers in ${dtype}`;
    throw new CheckpointError('pytorch-broken', [path], detail);
  }
  return {
    file: path,
    offset: place.offset + tensor.offset * bytes,
    byteLength: shape.reduce((product, dim) => product * dim, bytes),
    dtype,
    shape,
    ...(isContiguous(shape, strides) ? {} : { strides }),
  };
}

function isFloatType(dtype: StorageType): dtype is FloatType {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

/** Row after row without gaps; the stride of an axis of length 1 says nothing. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const dim = shape[axis] ?? 1;
    if (dim !== 1 && strides[axis] !== expected) return false;
    expected *= dim;
  }
  return true;
}
