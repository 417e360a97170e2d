// crc-32 declares the types of its other half alone.
declare module 'crc-32/crc32c.js' {
  const crc32c: {
    /** CRC-32C (Castagnoli) of the bytes, as a signed 32-bit integer. */
    buf(data: Uint8Array): number;
  };
  export default crc32c;
}
