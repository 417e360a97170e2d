const TILE = 32;

/** w [K, N] → wᵀ [N, K] */
export function transposed(w: Float32Array, K: number, N: number): Float32Array {
  const turned = new Float32Array(w.length);
  // Tile by tile: both sides of a tile stay in the processor's cache.
  for (let k0 = 0; k0 < K; k0 += TILE) {
    for (let n0 = 0; n0 < N; n0 += TILE) {
      const [kEnd, nEnd] = [Math.min(K, k0 + TILE), Math.min(N, n0 + TILE)];
      for (let k = k0; k < kEnd; k++) {
        for (let n = n0; n < nEnd; n++) turned[n * K + k] = w[k * N + n] ?? 0;
      }
    }
  }
  return turned;
}
