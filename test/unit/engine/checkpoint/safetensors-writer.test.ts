import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTensor } from '../../../../src/engine/checkpoint/read-tensor';
import { readSafetensorsHeader, readSafetensorsMetadata } from '../../../../src/engine/checkpoint/safetensors';
import { writeSafetensors } from '../../../../src/engine/checkpoint/safetensors-writer';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-safetensors-'));
  file = join(folder, 'model.safetensors');
});
afterEach(() => rm(folder, { recursive: true }));

async function read(): Promise<Record<string, { shape: readonly number[]; numbers: number[] }>> {
  const tensors: Record<string, { shape: readonly number[]; numbers: number[] }> = {};
  for (const [name, place] of await readSafetensorsHeader(file)) {
    tensors[name] = { shape: place.shape, numbers: [...(await readTensor(place))] };
  }
  return tensors;
}

test('what is written is read again, tensors made on demand too', async () => {
  await writeSafetensors(file, [
    { name: 'weight', shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-38, 6) },
    { name: 'scalar', shape: [], data: Float32Array.of(7) },
    { name: 'empty', shape: [0, 4], data: new Float32Array() },
    { name: 'bias', shape: [2], data: async () => Float32Array.of(8, 9) },
  ]);
  expect(await read()).toEqual({
    weight: { shape: [2, 3], numbers: [1, -2, 3.5, 0, Math.fround(1e-38), 6] },
    scalar: { shape: [], numbers: [7] },
    empty: { shape: [0, 4], numbers: [] },
    bias: { shape: [2], numbers: [8, 9] },
  });
});

test('a part of a larger array is written alone', async () => {
  const array = Float32Array.of(1, 2, 3, 4);
  await writeSafetensors(file, [{ name: 'middle', shape: [2], data: array.subarray(1, 3) }]);
  expect(await read()).toEqual({ middle: { shape: [2], numbers: [2, 3] } });
});

test.each(['a', 'ab', 'abc', 'abcdefgh'])(
  'the data begins at a multiple of 8 bytes: a tensor called %s',
  async (name) => {
    await writeSafetensors(file, [{ name, shape: [1], data: Float32Array.of(5) }]);
    const bytes = await readFile(file);
    expect(bytes.readBigUInt64LE() % 8n).toBe(0n);
    expect(bytes.readFloatLE(8 + Number(bytes.readBigUInt64LE()))).toBe(5);
  },
);

test('the notes of the file: format pt by default, or others', async () => {
  await writeSafetensors(file, []);
  expect(await readSafetensorsMetadata(file)).toEqual(new Map([['format', 'pt']]));
  await writeSafetensors(file, [], { format: 'pt', by: '作者' });
  expect(await readSafetensorsMetadata(file)).toEqual(
    new Map([
      ['format', 'pt'],
      ['by', '作者'],
    ]),
  );
});

test('when a tensor cannot be made or does not fit its shape, the file from before stays and nothing else', async () => {
  await writeSafetensors(file, [{ name: 'old', shape: [1], data: Float32Array.of(1) }]);
  const cancelled = async () => {
    throw new Error('cancelled');
  };
  await expect(writeSafetensors(file, [{ name: 'new', shape: [1], data: cancelled }])).rejects.toThrow('cancelled');
  await expect(writeSafetensors(file, [{ name: 'new', shape: [2], data: new Float32Array(3) }])).rejects.toThrow(
    'new: 3 numbers for the shape [2]',
  );
  expect(await read()).toEqual({ old: { shape: [1], numbers: [1] } });
  expect(await readdir(folder)).toEqual(['model.safetensors']);
});

test('two tensors of one name are refused', async () => {
  const tensor = { name: 'twice', shape: [1], data: Float32Array.of(1) };
  await expect(writeSafetensors(file, [tensor, tensor])).rejects.toThrow('two tensors are called twice');
});
