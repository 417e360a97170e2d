/** A matrix of 8-bit integers with one scale a column: entry [k, n] stands for values[k·N + n] · scales[n]. */
export interface Int8Columns {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

const LARGEST = 127;

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
