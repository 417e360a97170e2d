import { mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { isDiskFull } from '../engine/checkpoint/disk-full';
import { COPIED_FILES } from '../engine/checkpoint/model-folder';
import { rename } from '../engine/checkpoint/rename';
import { EventLog, LOG_FILE } from './event-log';
import type { FineTuneRequest } from './request';
import { type TrainingCheckpoint, trainingCheckpoints } from './training-checkpoint';
import { TrainingError } from './training-error';

const CHECKPOINT = /^checkpoint-\d+$/;

/** What a killed process was writing. */
const UNFINISHED = /^\.+(checkpoint-\d+\..*\.(part|old)|result(\..*\.(part|old))?)$/;

/** What results consist of. Where the weights lie, the other files are theirs: weights come first and go last. */
const RESULTS: readonly { readonly weights: string; readonly config: string; readonly others: readonly string[] }[] = [
  { weights: 'model.safetensors', config: 'config.json', others: COPIED_FILES },
  { weights: 'adapter_model.safetensors', config: 'adapter_config.json', others: [] },
];

type OutputRequest = Pick<FineTuneRequest, 'output' | 'resume' | 'overwrite_output_dir' | 'model' | 'from_adapter'>;

/**
 * Looks at the folder that a run is to write to, and changes nothing there. One that holds no more than the log of a run
 * without a checkpoint is as good as empty.
 *
 * @returns The checkpoints to go on from, the newest first; none for a run that begins.
 * @throws {TrainingError} output-exists, output-holds-source, output-unwritable where it is no folder
 */
export async function lookAtOutput(request: OutputRequest): Promise<readonly TrainingCheckpoint[]> {
  const { output, resume, overwrite_output_dir } = request;
  const info = await stat(output).catch(() => undefined);
  if (info?.isDirectory() === false) throw new TrainingError('output-unwritable', output, 'ENOTDIR');
  if (resume) return trainingCheckpoints(output);
  const entries = await readdir(output).catch(() => []);
  const empty = entries.every((name) => name === LOG_FILE || UNFINISHED.test(name));
  if (!empty && !overwrite_output_dir) throw new TrainingError('output-exists', output);
  for (const source of [request.model, request.from_adapter ?? request.model]) {
    if (await wouldGo(source, output)) throw new TrainingError('output-holds-source', source);
  }
  return [];
}

/** Whether a model or an adapter is the result or a checkpoint of the run that is to be replaced. */
async function wouldGo(source: string, output: string): Promise<boolean> {
  const real = (path: string) => realpath(path).catch(() => resolve(path));
  const [first = ''] = relative(await real(output), await real(source)).split(sep);
  return first === '' || CHECKPOINT.test(first);
}

/**
 * Makes a folder ready for a run that {@link lookAtOutput} has let pass, and opens its log. Called when nothing about the
 * request can be wrong any more.
 *
 * @throws {TrainingError} output-unwritable, disk-full
 */
export async function beginOutput(request: FineTuneRequest): Promise<EventLog> {
  try {
    await clearOutput(request);
    return await EventLog.open(request.output, request.logging_dir);
  } catch (error) {
    if (isDiskFull(error)) throw new TrainingError('disk-full', request.output, error.message);
    if (!isOfTheSystem(error)) throw error;
    throw new TrainingError('output-unwritable', error.path ?? request.output, error.code);
  }
}

function isOfTheSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/**
 * Makes room for a run: what a killed process was writing goes, and where the run begins, all that an earlier one has
 * left, whose log says that there was one; anything else is somebody's and stays.
 */
async function clearOutput({ output, resume }: OutputRequest): Promise<void> {
  const entries: readonly string[] = await readdir(output).catch(() => []);
  const remove = (name: string) => rm(join(output, name), { recursive: true, force: true, maxRetries: 5 });
  for (const name of entries.filter((entry) => UNFINISHED.test(entry))) await remove(name);
  if (resume) return;
  const results = RESULTS.filter(({ weights }) => entries.includes(LOG_FILE) && entries.includes(weights));
  // Without its config a folder is no model any more.
  for (const { weights, config, others } of results)
    for (const name of [config, ...others, weights]) await remove(name);
  for (const name of entries.filter((entry) => CHECKPOINT.test(entry))) await remove(name);
  await remove(LOG_FILE);
}

/**
 * Puts the result into the run's own folder, beside its checkpoints. It is written whole elsewhere first, and what makes
 * the folder a model comes last.
 */
export async function publishResult(output: string, write: (folder: string) => Promise<void>): Promise<void> {
  const staging = join(output, '.result');
  await rm(staging, { recursive: true, force: true, maxRetries: 5 });
  await mkdir(output, { recursive: true });
  await write(staging);
  const names = await readdir(staging);
  const rank = (name: string) => (RESULTS.some(({ weights }) => weights === name) ? 0 : isConfig(name) ? 2 : 1);
  const ordered = names.sort((a, b) => rank(a) - rank(b));
  for (const name of ordered) await rename(join(staging, name), join(output, name));
  await rm(staging, { recursive: true, force: true, maxRetries: 5 });
}

function isConfig(name: string): boolean {
  return RESULTS.some(({ config }) => config === name);
}
