/** Which positions each new token sees: the cached ones it names, and those of the new tokens it names. */
export interface Sight {
  /** Cached positions 0 … seen − 1. */
  readonly seen: number;
  /** More cached positions. */
  readonly cached: readonly number[];
  /** New tokens from index `from` to itself. */
  readonly from: number;
}

/**
 * The additive attention mask [T, P + T]: 0 where a new token may look, −∞ elsewhere.
 *
 * @param sights One for each new token.
 * @param P Positions of the cache, those without a token included.
 */
export function attentionMask(sights: readonly Sight[], P: number): Float32Array {
  const T = sights.length;
  const mask = new Float32Array(T * (P + T)).fill(Number.NEGATIVE_INFINITY);
  sights.forEach(({ seen, cached, from }, t) => {
    const row = t * (P + T);
    mask.fill(0, row, row + seen);
    for (const position of cached) mask[row + position] = 0;
    mask.fill(0, row + P + from, row + P + t + 1);
  });
  return mask;
}
