/** A matrix of 8-bit integers with one scale a column: entry [k, n] stands for values[k·N + n] · scales[n]. */
export interface Int8Columns {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

const LARGEST = 127;
const TILE = 32;

/** Rounds w [K, N] to the nearest of 255 levels, evenly spaced in each column. The error is at most half a scale. */
export function quantizeColumns(w: Float32Array, K: number, N: number): Int8Columns {
  const largest = new Float32Array(N);
  for (let i = 0, k = 0; k < K; k++) {
    for (let n = 0; n < N; n++, i++) {
      const magnitude = Math.abs(w[i] ?? 0);
      if (magnitude > (largest[n] ?? 0)) largest[n] = magnitude;
    }
  }
  const scales = largest.map((magnitude) => magnitude / LARGEST || 1);
  const inverses = Float64Array.from(scales, (scale) => 1 / scale);
  const values = new Int8Array(K * N);
  for (let i = 0, k = 0; k < K; k++) {
    for (let n = 0; n < N; n++, i++) values[i] = Math.floor((w[i] ?? 0) * (inverses[n] ?? 1) + 0.5);
  }
  return { values, scales };
}

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
