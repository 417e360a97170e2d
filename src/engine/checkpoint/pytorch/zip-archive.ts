import CRC32 from 'crc-32';
import { CheckpointError } from '../checkpoint-error';
import { type OpenFile, readExactly } from '../file-bytes';
import { printable } from '../printable';

/** Where the bytes of an entry lie in the archive. */
export interface Stretch {
  readonly offset: number;
  readonly byteLength: number;
}

interface Entry extends Stretch {
  /** Of its local header. */
  readonly offset: number;
  readonly crc32: number;
}

const END_BYTES = 22;
const END_SIGNATURE = 0x06054b50;
const MAX_COMMENT_BYTES = 0xffff;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END_BYTES = 56;
const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER_BYTES = 46;
const ZIP64_EXTRA = 0x0001;
const IN_ZIP64 = 0xffffffff;

/** The largest GPT-2 has some six hundred tensors, each an entry of about a hundred bytes. */
const MAX_DIRECTORY_BYTES = 8 << 20;

/**
 * A zip archive whose entries are stored as they are, as PyTorch writes them: each is a stretch of the file, which can be
 * mapped. Nothing is ever unpacked; compressed and encrypted entries are refused.
 * Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export class ZipArchive {
  private constructor(
    private readonly file: OpenFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly directoryStart: number,
  ) {}

  /**
   * Reads the archive's directory.
   *
   * @throws {CheckpointError} weights-truncated, pytorch-broken, pytorch-unsupported, pytorch-unsafe, weights-excessive
   */
  static async open(file: OpenFile): Promise<ZipArchive> {
    const { offset, byteLength } = await findDirectory(file);
    if (byteLength > MAX_DIRECTORY_BYTES) {
      throw new CheckpointError('weights-excessive', [file.path], `a zip directory of ${byteLength} bytes`);
    }
    const entries = parseDirectory(await readExactly(file, offset, byteLength), file.path);
    return new ZipArchive(file, entries, offset);
  }

  get names(): readonly string[] {
    return [...this.entries.keys()];
  }

  /**
   * Where the bytes of an entry lie.
   *
   * @throws {CheckpointError} pytorch-broken, weights-truncated
   */
  async locate(name: string): Promise<Stretch> {
    const entry = this.entries.get(name);
    if (entry === undefined) throw this.#broken(`no entry ${printable(name)}`);
    const header = await readExactly(this.file, entry.offset, LOCAL_HEADER_BYTES);
    if (header.readUInt32LE(0) !== 0x04034b50) throw this.#broken(`no header of ${name} at byte ${entry.offset}`);
    const offset = entry.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
    if (offset + entry.byteLength > this.directoryStart) throw this.#broken(`${name} reaches into the directory`);
    return { offset, byteLength: entry.byteLength };
  }

  /**
   * The bytes of an entry, its checksum compared.
   *
   * @throws {CheckpointError} as {@link locate}; weights-excessive when it has more than `limit` bytes
   */
  async read(name: string, limit: number): Promise<Buffer> {
    const { offset, byteLength } = await this.locate(name);
    if (byteLength > limit) {
      throw new CheckpointError('weights-excessive', [this.file.path], `${name} has ${byteLength} bytes`);
    }
    const bytes = await readExactly(this.file, offset, byteLength);
    if (CRC32.buf(bytes) >>> 0 !== this.entries.get(name)?.crc32) throw this.#broken(`the checksum of ${name}`);
    return bytes;
  }

  #broken(detail: string): CheckpointError {
    return new CheckpointError('pytorch-broken', [this.file.path], detail);
  }
}

/** The directory is found from the end: a record that only a comment may follow. */
async function findDirectory(file: OpenFile): Promise<Stretch> {
  const tailStart = Math.max(0, file.size - END_BYTES - MAX_COMMENT_BYTES);
  const tail = await readExactly(file, tailStart, file.size - tailStart);
  let at = tail.length - END_BYTES;
  while (at >= 0 && tail.readUInt32LE(at) !== END_SIGNATURE) at--;
  if (at < 0) throw new CheckpointError('weights-truncated', [file.path], 'the zip directory is missing');

  const broken = (detail: string) => new CheckpointError('pytorch-broken', [file.path], detail);
  let byteLength = tail.readUInt32LE(at + 12);
  let offset = tail.readUInt32LE(at + 16);
  const locator = at - ZIP64_LOCATOR_BYTES;
  if (locator >= 0 && tail.readUInt32LE(locator) === 0x07064b50) {
    const recordStart = safeNumber(tail, locator + 8);
    const record = await readExactly(file, recordStart, ZIP64_END_BYTES);
    if (record.readUInt32LE(0) !== 0x06064b50) throw broken('the ZIP64 record is missing');
    byteLength = safeNumber(record, 40);
    offset = safeNumber(record, 48);
  }
  if (offset + byteLength > tailStart + at) throw broken('the zip directory reaches beyond its end');
  return { offset, byteLength };
}

function parseDirectory(directory: Buffer, path: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const broken = (detail: string) => new CheckpointError('pytorch-broken', [path], detail);
  for (let at = 0; at < directory.length; ) {
    if (at + CENTRAL_HEADER_BYTES > directory.length || directory.readUInt32LE(at) !== 0x02014b50) {
      throw broken(`no entry at byte ${at} of the zip directory`);
    }
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const extraStart = at + CENTRAL_HEADER_BYTES + nameLength;
    const end = extraStart + extraLength + directory.readUInt16LE(at + 32);
    if (end > directory.length) throw broken('the zip directory is cut short');
    const name = directory.toString('utf8', at + CENTRAL_HEADER_BYTES, extraStart);
    requirePlainName(name, path);
    if (entries.has(name)) throw broken(`two entries are called ${printable(name)}`);

    const flags = directory.readUInt16LE(at + 8);
    const method = directory.readUInt16LE(at + 10);
    const packed = directory.readUInt32LE(at + 20);
    const unpacked = directory.readUInt32LE(at + 24);
    if ((flags & 0x2041) !== 0) throw new CheckpointError('pytorch-unsupported', [path], `${name} is encrypted`);
    if (method !== 0 || packed !== unpacked) {
      throw new CheckpointError('pytorch-unsupported', [path], `${name} is compressed`);
    }
    const place = { byteLength: unpacked, offset: directory.readUInt32LE(at + 42) };
    const extra = directory.subarray(extraStart, extraStart + extraLength);
    entries.set(name, { ...inZip64(place, packed, extra), crc32: directory.readUInt32LE(at + 16) });
    at = end;
  }
  return entries;
}

/** What does not fit into 32 bits stands in an extra field: unpacked size, packed size, offset, each only if needed. */
function inZip64({ byteLength, offset }: Stretch, packed: number, extra: Buffer): Stretch {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    const field = extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    if (extra.readUInt16LE(at - 4 - length) !== ZIP64_EXTRA) continue;
    let next = 0;
    const value = (narrow: number) => {
      if (narrow !== IN_ZIP64) return narrow;
      next += 8;
      return next <= field.length ? safeNumber(field, next - 8) : Number.MAX_SAFE_INTEGER;
    };
    const unpackedSize = value(byteLength);
    value(packed);
    return { byteLength: unpackedSize, offset: value(offset) };
  }
  return { byteLength, offset };
}

/** Nothing is unpacked, so no name leads anywhere; one that tries to says enough about the archive. */
function requirePlainName(name: string, path: string): void {
  const parts = name.split('/');
  if (/[\\\p{Cc}]|^[A-Za-z]:/u.test(name) || parts[0] === '' || parts.includes('..')) {
    throw new CheckpointError('pytorch-unsafe', [path], `an entry called “${printable(name)}”`);
  }
}

function safeNumber(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}
