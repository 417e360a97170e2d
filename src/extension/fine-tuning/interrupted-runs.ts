import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRecord } from './run-record';
import type { RunStore, StoredRun } from './run-store';

/** A run that can go on. */
export interface InterruptedRun {
  readonly run: StoredRun;
  /** The step of its newest checkpoint. */
  readonly step: number;
}

/**
 * The newest run of a workspace that can go on. Runs that have left nothing but copies of texts are removed.
 *
 * @param workspace URIs of its folders.
 * @param patienceSeconds How long trainers that still work are waited for: one whose window was closed is saving its
 * last checkpoint; any other belongs to another window.
 */
export async function findInterrupted(
  store: RunStore,
  workspace: readonly string[],
  patienceSeconds = 0,
): Promise<InterruptedRun | undefined> {
  for (let waited = 0; ; waited++) {
    const runs = (await store.list()).filter(({ record }) => isUnfinished(record, workspace));
    let underWay = false;
    for (const run of runs) {
      if (await store.isUnderWay(run)) {
        underWay = true;
        continue;
      }
      // It may have ended since the list was read: a trainer lives until its result is on record.
      const now = await store.read(run.id);
      if (now === undefined || !isUnfinished(now.record, workspace)) continue;
      const step = await store.resumableStep(now.folders);
      if (step > 0) return { run: now, step };
      await store.remove(now.folders);
    }
    if (!underWay || waited >= patienceSeconds) return undefined;
    await sleep(1000);
  }
}

/**
 * The run as it is on record now, if it can still go on; undefined if it goes on already, has ended or is gone. An offer
 * may be answered long after it was made.
 */
export async function stillInterrupted(store: RunStore, { id }: StoredRun): Promise<StoredRun | undefined> {
  const recorded = await store.read(id);
  if (recorded === undefined || (await store.isUnderWay(recorded))) return undefined;
  // It may have ended since the record was read: a trainer lives until its result is on record.
  const now = await store.read(id);
  return now?.record.state.kind === 'unfinished' ? now : undefined;
}

/** Deletes an interrupted run; one that goes on, or has a result by now, stays as it is. */
export async function discardInterrupted(store: RunStore, run: StoredRun): Promise<void> {
  const now = await stillInterrupted(store, run);
  if (now !== undefined) await store.remove(now.folders);
}

function isUnfinished(record: RunRecord, workspace: readonly string[]): boolean {
  return record.state.kind !== 'finished' && record.workspace.join() === workspace.join();
}
