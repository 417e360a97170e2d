/** Gives numbers in [0, 1). The same seed gives the same sequence on every machine. */
export type Random = () => number;

/**
 * Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, full period, passes the usual test suites for this use.
 *
 * @param seed Any integer; its lower 32 bits count.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A seed for requests that asked for none. */
export function newSeed(): number {
  return Math.floor(Math.random() * 4294967296);
}

/** Seed of the n-th sequence of a request: sequences differ, and each can be drawn again by itself. */
export function sequenceSeed(seed: number, index: number): number {
  return (seed + Math.imul(index, 0x9e3779b1)) >>> 0;
}
