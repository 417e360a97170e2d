import crc32c from 'crc-32/crc32c.js';

/** What TFRecord adds to a rotated checksum, so that a checksum stored among the data does not check itself. */
const MASK = 0xa282ead8;

/**
 * One record of a TFRecord file: its length (uint64), the masked CRC-32C of that, the data, their masked CRC-32C;
 * all little-endian.
 * Source: https://www.tensorflow.org/tutorials/load_data/tfrecord
 */
export function tfRecord(data: Uint8Array): Buffer {
  const record = Buffer.alloc(8 + 4 + data.length + 4);
  record.writeBigUInt64LE(BigInt(data.length));
  record.writeUInt32LE(maskedChecksum(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(maskedChecksum(data), 12 + data.length);
  return record;
}

function maskedChecksum(bytes: Uint8Array): number {
  const checksum = crc32c.buf(bytes);
  return (((checksum >>> 15) | (checksum << 17)) + MASK) >>> 0;
}
