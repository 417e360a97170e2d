const RULES = {
  /** The first chunk, before anything was measured: a stage of some 40 ms on one core. */
  firstChunk: 16,
  /** A cancellation is felt after one stage of a chunk: 150 ms is promised, the rest is for noise. */
  targetMs: 100,
  /** Chunks this short measure the overhead, not the pace. */
  shortestMeasured: 8,
} as const;

/** Chooses how many prompt tokens go into one forward pass, from the speed of its stages measured so far. */
export class PrefillPace {
  #msPerToken: number | undefined;

  /** @param fixedLength This many tokens always, for results that do not depend on the machine's speed. */
  constructor(
    private readonly longestChunk: number,
    private readonly fixedLength?: number,
  ) {}

  get chunkLength(): number {
    if (this.fixedLength !== undefined) return this.fixedLength;
    if (this.#msPerToken === undefined) return RULES.firstChunk;
    const fitting = Math.floor(RULES.targetMs / this.#msPerToken);
    return Math.min(this.longestChunk, Math.max(RULES.shortestMeasured, fitting));
  }

  /** @param ms The longest stage of a pass over `tokens` tokens. */
  record(tokens: number, ms: number): void {
    if (tokens < RULES.shortestMeasured) return;
    const measured = ms / tokens;
    // A slow chunk counts at once, a fast one by half: a machine that got busy must not break the promise.
    const before = this.#msPerToken ?? measured;
    this.#msPerToken = Math.max(measured, (before + measured) / 2);
  }
}
