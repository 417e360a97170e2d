import { CheckpointError } from '../checkpoint-error';
import { type OpenFile, readExactly } from '../file-bytes';
import type { TensorLocation } from '../safetensors';
import { BYTES_PER_NUMBER, kindOf, type PickledStorage, type PickleValue } from './pickle-value';
import { locateTensor, wantedTensors } from './tensor-places';
import { MAX_PICKLE_BYTES, unpickle } from './unpickle';
import type { Stretch } from './zip-archive';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/**
 * The tensors of a file as PyTorch wrote it before version 1.6: five pickles (a magic number, the protocol, a description
 * of the machine, the state dict, the keys of its storages), then each storage, its length in front.
 * Source: `_legacy_save` in https://github.com/pytorch/pytorch/blob/main/torch/serialization.py
 *
 * @throws {CheckpointError} as `readPytorchHeader`
 */
export async function legacyTensors(
  file: OpenFile,
  wanted: (name: string) => boolean,
): Promise<Map<string, TensorLocation>> {
  const { path } = file;
  const head = await readExactly(file, 0, Math.min(file.size, MAX_PICKLE_BYTES));
  const magic = unpickle(head, path);
  if (magic.value !== MAGIC) {
    throw new CheckpointError('pytorch-broken', [path], "PyTorch's magic number is missing");
  }
  const protocol = unpickle(head, path, magic.end);
  if (protocol.value !== PROTOCOL) {
    throw new CheckpointError('pytorch-unsupported', [path], `protocol ${shown(protocol.value)}`);
  }
  const machine = unpickle(head, path, protocol.end);
  requireLittleEndian(machine.value, path);
  const { value, storages, end } = unpickle(head, path, machine.end);
  const keys = unpickle(head, path, end);
  const places = await locateStorages(file, keysOf(keys.value, path), storages, keys.end);

  const located = new Map<string, TensorLocation>();
  for (const [name, tensor] of wantedTensors(value, wanted, path)) {
    const place = places.get(tensor.storage.key);
    if (place === undefined) throw new CheckpointError('pytorch-broken', [path], `${name} has no storage`);
    located.set(name, locateTensor(name, tensor, place, path));
  }
  return located;
}

function requireLittleEndian(machine: PickleValue, path: string): void {
  const entries =
    machine !== null && typeof machine === 'object' && machine.kind === 'dict' ? machine.entries : undefined;
  if (entries?.get('little_endian') !== true) {
    throw new CheckpointError('pytorch-unsupported', [path], 'byte order big');
  }
}

function keysOf(value: PickleValue, path: string): ReadonlySet<string> {
  const items = value !== null && typeof value === 'object' && value.kind === 'list' ? value.items : [];
  const keys = new Set(items.filter((item) => typeof item === 'string'));
  if (keys.size === 0 || keys.size !== items.length) {
    throw new CheckpointError(
      'pytorch-broken',
      [path],
      `${items.length} keys of storages, ${keys.size} of them different`,
    );
  }
  return keys;
}

async function locateStorages(
  file: OpenFile,
  keys: ReadonlySet<string>,
  storages: ReadonlyMap<string, PickledStorage>,
  start: number,
): Promise<Map<string, Stretch>> {
  const places = new Map<string, Stretch>();
  let at = start;
  for (const key of keys) {
    const storage = storages.get(key);
    if (storage === undefined) throw new CheckpointError('pytorch-broken', [file.path], 'a storage of no tensor');
    const length = (await readExactly(file, at, 8)).readBigInt64LE();
    if (length !== BigInt(storage.length)) {
      const detail = `a storage of ${length} numbers, of ${storage.length} by the state dict`;
      throw new CheckpointError('pytorch-broken', [file.path], detail);
    }
    const place = { offset: at + 8, byteLength: storage.length * BYTES_PER_NUMBER[storage.dtype] };
    at = place.offset + place.byteLength;
    if (at > file.size) {
      throw new CheckpointError('weights-truncated', [file.path], `a storage ends at byte ${at} of ${file.size}`);
    }
    places.set(key, place);
  }
  return places;
}

function shown(value: PickleValue): string {
  return typeof value === 'number' ? String(value) : kindOf(value);
}
