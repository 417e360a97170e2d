import { expect, it } from 'vitest';
import { tfRecord } from '../../../src/trainer/tensorboard/tfrecord';

/** CRC-32C bit by bit, from its reversed polynomial: written without the library that the records are written with. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** Takes the mask off a checksum: subtracts the constant, then turns the bits back. */
function unmasked(checksum: number): number {
  const turned = (checksum - 0xa282ead8) >>> 0;
  return ((turned << 15) | (turned >>> 17)) >>> 0;
}

// Test vectors of RFC 3720, appendix B.4, and the check value of the algorithm.
it.each([
  ['123456789', Buffer.from('123456789'), 0xe3069283],
  ['32 zero bytes', Buffer.alloc(32), 0x8a9136aa],
  ['32 bytes of ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['0, 1, …, 31', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
])('frames %s with its length and both checksums', (_, data, checksum) => {
  const record = tfRecord(data);
  expect(record.readBigUInt64LE(0)).toBe(BigInt(data.length));
  expect(unmasked(record.readUInt32LE(8))).toBe(crc32c(record.subarray(0, 8)));
  expect(record.subarray(12, -4)).toEqual(data);
  expect(unmasked(record.readUInt32LE(12 + data.length))).toBe(checksum);
  expect(record).toHaveLength(data.length + 16);
});
