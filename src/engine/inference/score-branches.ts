import type { LanguageModel } from './language-model';
import { logProbability } from './score';
import { unlessAborted } from './unless-aborted';

/** Tokens that may follow a prompt, and from which index on they are judged. */
export interface JudgedBranch {
  readonly ids: readonly number[];
  /** What stands before it is given. */
  readonly from: number;
}

/**
 * How likely the end of each of several continuations is after its beginning: Σ log p(ids[t]) for t ≥ from, in nats. They are
 * evaluated side by side, as alternatives are drawn, with a token of each in one pass.
 *
 * @param prompt At least one token; together with the longest branch it fits into the model's positions.
 * @returns A sum for each branch; undefined when the signal ended the work.
 */
export async function scoreBranches(
  model: LanguageModel,
  prompt: readonly number[],
  branches: readonly JudgedBranch[],
  signal?: AbortSignal,
): Promise<readonly number[] | undefined> {
  const longest = Math.max(1, ...branches.map(({ ids }) => ids.length));
  const together = model.branchesBeside(prompt.length, longest);
  const sums: number[] = [];
  for (let start = 0; start < branches.length; start += together) {
    const first = await unlessAborted(model.logitsAfter(prompt, { signal }), signal);
    if (first === undefined) return undefined;
    const group = branches
      .slice(start, start + together)
      .map(({ ids, from }) => ({ ids, from, sum: 0, logits: first }));
    const trunk = model.branches();
    try {
      for (let t = 0; t < longest; t++) {
        if (signal?.aborted === true) return undefined;
        const live = group.flatMap((branch, i) =>
          t < branch.ids.length ? [{ branch, i, id: branch.ids[t] ?? 0 }] : [],
        );
        for (const { branch, id } of live) if (t >= branch.from) branch.sum += logProbability(branch.logits, id);
        const going = live.filter(({ branch }) => t + 1 < branch.ids.length);
        if (going.length === 0) break;
        const rows = await trunk.step(going.map(({ i, id }) => ({ branch: i, id })));
        for (const [row, { branch }] of going.entries()) branch.logits = rows[row] ?? branch.logits;
      }
    } finally {
      trunk.keep(0);
    }
    sums.push(...group.map(({ sum }) => sum));
  }
  return sums;
}
