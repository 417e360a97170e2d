/** A matrix of 8-bit integers with one scale a column: entry [k, n] stands for values[k·N + n] · scales[n]. */
export interface Int8Columns {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

const LARGEST = 127;

/** Rounds w [K, N] to the nearest of 255 levels, evenly spaced in each column. The error is at most half a scale. */
export function quantizeColumns(w: Float32Array, K: number, N: number): Int8Columns {
  const scales = new Float32Array(N);
  for (let k = 0; k < K; k++) {
    for (let n = 0; n < N; n++) scales[n] = Math.max(scales[n] ?? 0, Math.abs(w[k * N + n] ?? 0));
  }
  for (let n = 0; n < N; n++) scales[n] = (scales[n] ?? 0) / LARGEST || 1;
  const values = new Int8Array(K * N);
  for (let k = 0; k < K; k++) {
    for (let n = 0; n < N; n++) values[k * N + n] = Math.round((w[k * N + n] ?? 0) / (scales[n] ?? 1));
  }
  return { values, scales };
}

/** w [K, N] → wᵀ [N, K] */
export function transposed(w: Float32Array, K: number, N: number): Float32Array {
  const turned = new Float32Array(w.length);
  for (let k = 0; k < K; k++) {
    for (let n = 0; n < N; n++) turned[n * K + k] = w[k * N + n] ?? 0;
  }
  return turned;
}
