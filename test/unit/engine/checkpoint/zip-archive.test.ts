import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckpointError } from '../../../../src/engine/checkpoint/checkpoint-error';
import { withFile } from '../../../../src/engine/checkpoint/file-bytes';
import { ZipArchive } from '../../../../src/engine/checkpoint/pytorch/zip-archive';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-zip-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Reads every entry, each of at most 1000 bytes. */
async function read(bytes: Uint8Array): Promise<Record<string, string>> {
  const file = join(folder, 'archive.zip');
  await writeFile(file, bytes);
  return withFile(file, async (open) => {
    const archive = await ZipArchive.open(open);
    const entries: Record<string, string> = {};
    for (const name of archive.names) entries[name] = (await archive.read(name, 1000)).toString('utf8');
    return entries;
  });
}

async function failure(bytes: Uint8Array): Promise<Pick<CheckpointError, 'code' | 'detail'>> {
  const error = await read(bytes).catch((thrown: unknown) => thrown);
  if (error instanceof CheckpointError) return { code: error.code, detail: error.detail };
  throw new Error(`expected a CheckpointError, got ${String(error)}`);
}

const stored = (files: Record<string, Uint8Array>, comment?: string) => {
  const archive = Buffer.from(zipSync(files, { level: 0 }));
  if (comment === undefined) return archive;
  archive.writeUInt16LE(comment.length, archive.length - 2);
  return Buffer.concat([archive, Buffer.from(comment)]);
};
const TWO = { 'a/one': strToU8('猫'), 'a/two': strToU8('') };

/** Sets a field of an entry's header in the directory. */
function patched(name: string, field: number, bytes: readonly number[]): Buffer {
  const archive = stored(TWO);
  const header = archive.lastIndexOf(name) - 46;
  Buffer.from(bytes).copy(archive, header + field);
  return archive;
}

test('entries that are stored as they are', async () => {
  expect(await read(stored(TWO))).toEqual({ 'a/one': '猫', 'a/two': '' });
});

test('a comment behind the directory', async () => {
  expect(await read(stored(TWO, 'PK, a comment'))).toEqual({ 'a/one': '猫', 'a/two': '' });
});

test('sizes and places in ZIP64 fields', async () => {
  const plain = stored({ 'a/one': strToU8('猫') });
  const directory = plain.lastIndexOf('PK\x01\x02');
  const end = plain.lastIndexOf('PK\x05\x06');
  const header = Buffer.from(plain.subarray(directory, end));
  header.fill(0xff, 20, 28);
  header.fill(0xff, 42, 46);
  header.writeUInt16LE(28 + 4, 30);
  // An extra field of another kind stands first.
  const extra = Buffer.alloc(4 + 28);
  extra.writeUInt16LE(0x4246, 0);
  extra.writeUInt16LE(1, 4);
  extra.writeUInt16LE(24, 6);
  extra.writeBigUInt64LE(3n, 8);
  extra.writeBigUInt64LE(3n, 16);
  extra.writeBigUInt64LE(0n, 24);
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(BigInt(header.length + extra.length), 40);
  record.writeBigUInt64LE(BigInt(directory), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(directory + header.length + extra.length), 8);
  const last = Buffer.from(plain.subarray(end));
  last.fill(0xff, 8, 20);
  const archive = Buffer.concat([plain.subarray(0, directory), header, extra, record, locator, last]);
  expect(await read(archive)).toEqual({ 'a/one': '猫' });
});

describe('refused', () => {
  test.each<[string, () => Uint8Array, string, RegExp]>([
    [
      'compressed',
      () => zipSync({ bomb: new Uint8Array(1e7) }, { level: 9 }),
      'pytorch-unsupported',
      /bomb is compressed/,
    ],
    [
      'other sizes packed and unpacked',
      () => patched('a/one', 24, [255, 255, 255, 127]),
      'pytorch-unsupported',
      /compressed/,
    ],
    ['encrypted', () => patched('a/one', 8, [1]), 'pytorch-unsupported', /a\/one is encrypted/],
    ['a name that climbs out', () => stored({ '../../etc/passwd': strToU8('x') }), 'pytorch-unsafe', /etc\/passwd/],
    ['an absolute name', () => stored({ '/etc/passwd': strToU8('x') }), 'pytorch-unsafe', /etc\/passwd/],
    ['a name of Windows', () => stored({ 'a\\..\\b': strToU8('x') }), 'pytorch-unsafe', /an entry called/],
    [
      'a name that would write to the terminal',
      () => stored({ 'a/\x1b[2J': strToU8('x') }),
      'pytorch-unsafe',
      /“a\/\uFFFD\[2J”/,
    ],
    ['a drive', () => stored({ 'C:b': strToU8('x') }), 'pytorch-unsafe', /C:b/],
    [
      'two entries of one name',
      () => Buffer.from(stored(TWO).toString('latin1').replaceAll('a/two', 'a/one'), 'latin1'),
      'pytorch-broken',
      /two entries are called a\/one/,
    ],
    ['a checksum that does not fit', () => patched('a/one', 16, [0]), 'pytorch-broken', /the checksum of a\/one/],
    ['an entry behind the end', () => patched('a/one', 42, [255, 255, 255, 0]), 'weights-truncated', /bytes at/],
    [
      'an entry inside the directory',
      () => patched('a/one', 20, [200, 0, 0, 0, 200, 0, 0, 0]),
      'pytorch-broken',
      /reaches into the directory/,
    ],
    [
      'an entry too large to be read',
      () => stored({ large: new Uint8Array(1001) }),
      'weights-excessive',
      /large has 1001 bytes/,
    ],
    ['cut short', () => stored(TWO).subarray(0, 60), 'weights-truncated', /directory is missing/],
    ['empty', () => new Uint8Array(), 'weights-truncated', /directory is missing/],
  ])('%s', async (_, archive, code, detail) => {
    expect(await failure(archive())).toEqual({ code, detail: expect.stringMatching(detail) });
  });
});
