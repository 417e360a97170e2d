const FULL_WIDTH_OFFSET = 0xfee0;
const RUNS = { digits: /[0-9０-９]+/gu, letters: /[A-Za-zＡ-Ｚａ-ｚ]+/gu } as const;

/** Characters before the cursor that may belong to a run that it cuts. */
const LONGEST_RUN = 40;

type Width = 'full' | 'half';

/**
 * Digits and letters in the width in which the document writes them. Many authors write one digit full-width and several
 * half-width (縦書き), so that these are two habits. A run that the cursor cuts goes on as it began; where the document
 * shows no habit, nothing is changed.
 */
export function restoreAlphanumerics(continuation: string, before: string): string {
  let restored = continuation;
  for (const run of Object.values(RUNS)) {
    const written = before.match(run) ?? [];
    const single = habit(written.filter((one) => one.length === 1));
    const several = habit(written.filter((one) => one.length > 1));
    const begun = new RegExp(`${run.source}$`, 'u').exec(before.slice(-LONGEST_RUN))?.[0];
    restored = restored.replace(run, (one, offset: number) => {
      if (offset === 0 && begun !== undefined) return inWidth(one, widthOf(begun));
      return inWidth(one, one.length > 1 ? several : (single ?? (several === 'full' ? 'full' : undefined)));
    });
  }
  return restored;
}

/** The width of most of some runs; `undefined` for none, or when it is a draw. */
function habit(runs: readonly string[]): Width | undefined {
  const full = runs.filter((run) => widthOf(run) === 'full').length;
  if (full * 2 === runs.length) return undefined;
  return full * 2 > runs.length ? 'full' : 'half';
}

function widthOf(run: string): Width {
  return /[！-～]$/u.test(run) ? 'full' : 'half';
}

function inWidth(run: string, width: Width | undefined): string {
  if (width === undefined) return run;
  return width === 'full'
    ? run.replace(/[!-~]/gu, (half) => String.fromCharCode(half.charCodeAt(0) + FULL_WIDTH_OFFSET))
    : run.replace(/[！-～]/gu, (full) => String.fromCharCode(full.charCodeAt(0) - FULL_WIDTH_OFFSET));
}
