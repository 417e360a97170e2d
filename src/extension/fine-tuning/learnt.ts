import type { ManuscriptReport } from '../../protocol/manuscripts';
import type { StoredRun } from './run-store';
import type { Survey } from './survey';

/** Leaves out the texts that a result has learnt, letter by letter; what has changed since is in. */
export function withoutLearnt(
  reports: readonly ManuscriptReport[],
  { record }: Pick<StoredRun, 'record'>,
): ManuscriptReport[] {
  const learnt = new Set(record.learnt);
  return reports.map((report) =>
    report.leftOut === undefined && report.sha256 !== undefined && learnt.has(report.sha256)
      ? { ...report, leftOut: { kind: 'already-learnt' } }
      : report,
  );
}

/** What a result has learnt when a run on the chosen files has ended that continues `earlier`. */
export function learntBy({ files }: Survey, earlier: Pick<StoredRun, 'record'> | undefined): string[] {
  const chosen = files.flatMap(({ chosen, sha256 }) => (chosen && sha256 !== undefined ? [sha256] : []));
  return [...new Set([...(earlier?.record.learnt ?? []), ...chosen])];
}

/** A result that has learnt some of the chosen files already. */
export interface Continuable {
  readonly run: StoredRun;
  /** Chosen files that it has learnt, and those that it has not. */
  readonly learnt: number;
  readonly fresh: number;
}

/**
 * The results of a workspace that have learnt something of what is chosen, whatever their base models.
 *
 * @param runs In any order, which is kept.
 * @param workspace URIs of its folders.
 */
export function continuableAmong(
  runs: readonly StoredRun[],
  { files }: Survey,
  workspace: readonly string[],
): readonly Continuable[] {
  const chosen = files.filter((file) => file.chosen);
  return runs.flatMap((run) => {
    const { record } = run;
    if (record.state.kind !== 'finished' || record.workspace.join() !== workspace.join()) return [];
    const known = new Set(record.learnt);
    const learnt = chosen.filter(({ sha256 }) => sha256 !== undefined && known.has(sha256)).length;
    return learnt === 0 ? [] : [{ run, learnt, fresh: chosen.length - learnt }];
  });
}
