import type { FloatType } from '../safetensors';

/** What the numbers of a PyTorch storage are; those that are no {@link FloatType} can be passed over, not read. */
export type StorageType = FloatType | 'F64' | 'I64' | 'I32' | 'I16' | 'I8' | 'U8' | 'BOOL';

export const BYTES_PER_NUMBER: Readonly<Record<StorageType, number>> = {
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

/** A run of numbers that tensors are views of. Where it lies, the container knows. */
export interface PickledStorage {
  readonly kind: 'storage';
  readonly key: string;
  readonly dtype: StorageType;
  /** Numbers that it holds. */
  readonly length: number;
}

/** A view of a storage; offset and strides count numbers. Every number of it lies inside the storage. */
export interface PickledTensor {
  readonly kind: 'tensor';
  readonly storage: PickledStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export interface PickledDict {
  readonly kind: 'dict';
  /** An OrderedDict: its attributes may follow, and are passed over. */
  readonly ordered: boolean;
  readonly entries: Map<string, PickleValue>;
}

/** The only functions that a pickled state dict asks for. None of Python's is ever called: each is done here. */
export type PickledFunction = 'OrderedDict' | '_rebuild_tensor' | '_rebuild_tensor_v2' | '_rebuild_parameter';

/** Everything that a pickle may consist of. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | { readonly kind: 'tuple'; readonly items: readonly PickleValue[] }
  | { readonly kind: 'list'; readonly items: PickleValue[] }
  | PickledDict
  | { readonly kind: 'function'; readonly name: PickledFunction }
  | { readonly kind: 'storage-type'; readonly dtype: StorageType }
  | PickledStorage
  | PickledTensor;

/** What a value is called in an error. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  return typeof value === 'object' ? value.kind : typeof value;
}
