import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventFile } from '../../../src/trainer/tensorboard/event-file';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-events-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Messages of a TFRecord file, without a look at the checksums. */
function records(file: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    found.push(file.subarray(at + 12, at + 12 + length));
    at += length + 16;
  }
  return found;
}

/** Fields of a protobuf message by number, read by the wire format alone; numbers are below 128. */
function fields(message: Buffer): Map<number, (number | Buffer)[]> {
  const found = new Map<number, (number | Buffer)[]>();
  let at = 0;
  const take = (length: number): Buffer => {
    at += length;
    return message.subarray(at - length, at);
  };
  const byte = () => take(1).readUInt8();
  const value = (wireType: number): number | Buffer => {
    if (wireType === 0) return byte();
    if (wireType === 1) return take(8).readDoubleLE();
    if (wireType === 5) return take(4).readFloatLE();
    return take(byte());
  };
  while (at < message.length) {
    const key = byte();
    found.set(key >> 3, [...(found.get(key >> 3) ?? []), value(key & 7)]);
  }
  return found;
}

const bytes = (value: unknown): Buffer => (Buffer.isBuffer(value) ? value : Buffer.alloc(0));

it('writes what TensorBoard reads: the version, then a point of each chart', async () => {
  let now = 1_700_000_000_250;
  const events = await EventFile.open(join(folder, 'runs'), () => now);
  now += 1500;
  await events.scalars(7, { 'train/loss': 3.25, 'train/learning_rate': 5e-5 });
  await events.close();

  const [name = '', ...others] = await readdir(join(folder, 'runs'));
  expect(others).toEqual([]);
  expect(name).toBe(`events.out.tfevents.1700000000.${hostname()}.${process.pid}`);

  const [version, point, ...more] = records(await readFile(join(folder, 'runs', name))).map(fields);
  expect(more).toEqual([]);
  expect(version?.get(1)).toEqual([1_700_000_000.25]);
  expect(version?.get(3)?.map(String)).toEqual(['brain.Event:2']);

  expect(point?.get(1)).toEqual([1_700_000_001.75]);
  expect(point?.get(2)).toEqual([7]);
  const summary = fields(bytes(point?.get(5)?.[0]));
  const values = (summary.get(1) ?? []).map((value) => fields(bytes(value)));
  expect(values.map((value) => [String(value.get(1)?.[0]), value.get(2)?.[0]])).toEqual([
    ['train/loss', 3.25],
    ['train/learning_rate', Math.fround(5e-5)],
  ]);
});

it('can be read while it is written', async () => {
  const events = await EventFile.open(folder);
  await events.scalars(1, { 'train/loss': 4 });
  const [name = ''] = await readdir(folder);
  expect(records(await readFile(join(folder, name)))).toHaveLength(2);
  await events.close();
});
