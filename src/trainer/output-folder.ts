import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG_FILE } from './event-log';
import type { FineTuneRequest } from './request';
import { type TrainingCheckpoint, trainingCheckpoints } from './training-checkpoint';
import { TrainingError } from './training-error';

/** What a run leaves in its folder; anything else there is somebody's and stays. */
const OWN = /^(checkpoint-\d+|training_log\.jsonl)$/;

/** What a killed process was writing. */
const UNFINISHED = /^\.+(checkpoint-\d+\..*\.(part|old)|result(\..*\.(part|old))?)$/;

type OutputRequest = Pick<FineTuneRequest, 'output' | 'resume' | 'overwrite_output_dir'>;

/**
 * Looks at the folder that a run is to write to, and changes nothing there. One that holds no more than the log of a run
 * without a checkpoint is as good as empty.
 *
 * @returns The checkpoints to go on from, the newest first; none for a run that begins.
 * @throws {TrainingError} output-exists
 */
export async function lookAtOutput(request: OutputRequest): Promise<readonly TrainingCheckpoint[]> {
  const { output, resume, overwrite_output_dir } = request;
  if (resume) return trainingCheckpoints(output);
  const entries = await readdir(output).catch(() => []);
  const empty = entries.every((name) => name === LOG_FILE || UNFINISHED.test(name));
  if (!empty && !overwrite_output_dir) throw new TrainingError('output-exists', output);
  return [];
}

/**
 * Makes room for a run that {@link lookAtOutput} has let pass: what a killed process was writing goes, and where the run
 * begins, what an earlier one has left. Called when nothing about the request can be wrong any more.
 */
export async function clearOutput({ output, resume }: OutputRequest): Promise<void> {
  const entries = await readdir(output).catch(() => []);
  const gone = (name: string) => UNFINISHED.test(name) || (!resume && OWN.test(name));
  for (const name of entries.filter(gone)) await rm(join(output, name), { recursive: true, force: true });
}
