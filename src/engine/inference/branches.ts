import type { DecoderSession } from './decoder-session';
import type { KvCache } from './kv-cache';

/**
 * Several continuations of what a cache holds, evaluated side by side. They share its keys and values, the trunk; their
 * own tokens lie behind it as they come, and each sees its own alone.
 */
export class Branches {
  readonly #end: number;
  readonly #trunks = new Map<number, number>();
  /** For each branch where the cache holds its tokens. */
  readonly #positions = new Map<number, number[]>();

  constructor(
    private readonly session: DecoderSession,
    private readonly cache: KvCache,
  ) {
    this.#end = cache.length;
  }

  /** Lets a branch leave the trunk so many tokens before its end. Before its first step. */
  leave(branch: number, before: number): void {
    this.#trunks.set(branch, this.#end - before);
  }

  /**
   * Evaluates one more token of each of some branches.
   *
   * @returns The logits [V] of each, in this order.
   */
  async step(tokens: readonly { readonly branch: number; readonly id: number }[]): Promise<Float32Array[]> {
    const start = this.cache.length;
    const logits = await this.session.forwardTree(
      tokens.map(({ branch, id }) => {
        const before = this.#of(branch);
        const trunk = this.#trunkOf(branch);
        return { id, position: trunk + before.length, trunk, branch: before };
      }),
      this.cache,
    );
    for (const [i, { branch }] of tokens.entries()) this.#of(branch).push(start + i);
    const V = logits.length / tokens.length;
    return tokens.map((_, i) => logits.subarray(i * V, (i + 1) * V));
  }

  /** Forgets every branch but one, whose tokens now follow the trunk. No branch can be continued any more. */
  keep(branch: number): void {
    this.cache.select(this.#trunkOf(branch), this.#of(branch));
  }

  #trunkOf(branch: number): number {
    return this.#trunks.get(branch) ?? this.#end;
  }

  #of(branch: number): number[] {
    const known = this.#positions.get(branch);
    if (known !== undefined) return known;
    const positions: number[] = [];
    this.#positions.set(branch, positions);
    return positions;
  }
}
