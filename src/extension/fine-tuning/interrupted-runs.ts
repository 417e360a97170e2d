import { setTimeout as sleep } from 'node:timers/promises';
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
 * @param patienceSeconds How long a trainer that still works on a run is waited for: one whose window was closed is
 * saving its last checkpoint; any other belongs to another window.
 */
export async function findInterrupted(
  store: RunStore,
  workspace: readonly string[],
  patienceSeconds = 0,
): Promise<InterruptedRun | undefined> {
  for (const run of await store.list()) {
    if (run.record.state.kind === 'finished' || run.record.workspace.join() !== workspace.join()) continue;
    if (await staysUnderWay(store, run, patienceSeconds)) continue;
    const step = await store.resumableStep(run.folders);
    if (step > 0) return { run, step };
    await store.remove(run.folders);
  }
  return undefined;
}

async function staysUnderWay(store: RunStore, run: StoredRun, patienceSeconds: number): Promise<boolean> {
  for (let waited = 0; ; waited++) {
    if (!(await store.isUnderWay(run))) return false;
    if (waited >= patienceSeconds) return true;
    await sleep(1000);
  }
}
