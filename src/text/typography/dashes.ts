/** Ways to write 三点リーダー and ダッシュ, each a run of one character. */
const KINDS = [/…+|‥+|・{2,}/gu, /―+|—+|─+/gu] as const;

/** Characters before the cursor that may belong to a run that it cuts. */
const LONGEST_RUN = 40;
/** From this share on, one way of writing counts as the habit. */
const HABIT_SHARE = 2 / 3;

/**
 * Dots and dashes as the document writes them: which character, and how many of it (…… or …, ―― or ——). A run that
 * the cursor cuts is filled up. Where the document has none, or several ways, nothing is changed.
 */
export function restoreDashes(continuation: string, before: string): string {
  let restored = continuation;
  for (const kind of KINDS) {
    const goesOn = continuation.search(kind) === 0;
    const begun = goesOn ? new RegExp(`(?:${kind.source})$`, 'u').exec(before.slice(-LONGEST_RUN))?.[0] : undefined;
    const whole = begun === undefined ? before : before.slice(0, -begun.length);
    const habit = habitOf(whole.match(kind) ?? []);
    if (habit === undefined) continue;
    restored = restored.replace(kind, (run, offset: number) => {
      if (offset > 0 || begun === undefined) return habit;
      return habit.startsWith(begun) ? habit.slice(begun.length) : run;
    });
  }
  return restored;
}

function habitOf(runs: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const run of runs) counts.set(run, (counts.get(run) ?? 0) + 1);
  return [...counts].find(([, count]) => count >= runs.length * HABIT_SHARE)?.[0];
}
