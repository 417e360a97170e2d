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
 * The newest result of a workspace that has learnt something of what is chosen.
 *
 * @param runs The newest first.
 * @param workspace URIs of its folders.
 * @param model Folder of the base model that is to be trained.
 */
export function findContinuable(
  runs: readonly StoredRun[],
  { files }: Survey,
  workspace: readonly string[],
  model: string,
): Continuable | undefined {
  const chosen = files.filter((file) => file.chosen);
  for (const run of runs) {
    const { record } = run;
    if (record.state.kind !== 'finished' || record.model !== model) continue;
    if (record.workspace.join() !== workspace.join()) continue;
    const known = new Set(record.learnt);
    const learnt = chosen.filter(({ sha256 }) => sha256 !== undefined && known.has(sha256)).length;
    if (learnt > 0) return { run, learnt, fresh: chosen.length - learnt };
  }
  return undefined;
}
