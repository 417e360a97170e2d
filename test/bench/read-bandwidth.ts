/** Larger than any cache. */
const BYTES = 256 * 2 ** 20;
const ROUNDS = 9;

/**
 * Bytes a second that one thread reads from memory: the best of several comparisons of two equal buffers, which the C
 * library makes as wide as the processor can.
 */
export function readBandwidth(): number {
  const [a, b] = [Buffer.alloc(BYTES, 1), Buffer.alloc(BYTES, 1)];
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    if (!a.equals(b)) throw new Error('equal buffers differ');
    best = Math.min(best, performance.now() - start);
  }
  return (2 * BYTES) / (best / 1000);
}
