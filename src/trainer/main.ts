import {
  type CancellationToken,
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { SpokenError } from '../engine/checkpoint/spoken-error';
import {
  COMPARE_METHOD,
  type CompareParams,
  DRAWN_METHOD,
  type Drawn,
  LAST_PARAGRAPH_METHOD,
  type LastParagraphParams,
} from '../protocol/comparison';
import {
  EXPORT_MODEL_METHOD,
  EXPORT_PROGRESS_METHOD,
  type ExportModelParams,
  FIND_BASES_METHOD,
  type FindBasesParams,
} from '../protocol/made-models';
import {
  MANUSCRIPTS_READ_METHOD,
  READ_MANUSCRIPTS_METHOD,
  type ReadManuscriptsParams,
  WRITE_TEXTS_METHOD,
  type WriteTextsParams,
} from '../protocol/manuscripts';
import {
  FINE_TUNE_METHOD,
  FINE_TUNE_WORKSPACE_METHOD,
  FINISH_TRAINING_METHOD,
  MEASURE_STEP_METHOD,
  type MeasureStepParams,
  STOP_TRAINING_METHOD,
  SUITED_METHOD_METHOD,
  type SuitedMethodParams,
  TRAINING_EVENT_METHOD,
  type TrainingEvent,
  type WorkspaceRun,
} from '../protocol/training';
import { yieldToWriting } from './background-priority';
import { compare } from './compare';
import { exportModel } from './export-model';
import { findBases } from './find-bases';
import { fineTune } from './fine-tune';
import { lockMachine } from './machine-lock';
import { lastParagraphOf, readManuscripts, writeTexts } from './manuscripts';
import { measureStep } from './measure-step';
import type { FineTuneRequest } from './request';
import { suitedMethod } from './room';
import { requestOf } from './workspace-run';

type Language = 'ja' | 'en';

/** Of errors whose `message` is for the user, problem and cure in one. */
const UNUSABLE = 1;

/** A trainer whose window was closed needs so long to save its checkpoint and end. */
const LOCK_PATIENCE_MS = 15_000;

// The trainer: a process of its own that reads manuscripts, measures a step, does one run, has its result write beside the
// base, and exports it, JSON-RPC over standard input and output. Whoever writes meanwhile comes first; when the process
// that started it is gone, it saves a checkpoint and ends.
yieldToWriting();
const abort = new AbortController();
const finish = new AbortController();
const stop = () => abort.abort(new Error('stopped'));

const connection = createMessageConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
);

// A closed connection throws at once, a broken pipe later: neither must hurt the run, which ends with a checkpoint.
const send = async (event: TrainingEvent) => connection.sendNotification(TRAINING_EVENT_METHOD, event);
const observer = {
  signal: abort.signal,
  finish: finish.signal,
  onEvent: (event: TrainingEvent) => void send(event).catch(stop),
};

answer(FINE_TUNE_METHOD, ({ request }: { readonly request: FineTuneRequest }) => fineTune(request, observer));
answer(FINE_TUNE_WORKSPACE_METHOD, async ({ run }: { readonly run: WorkspaceRun }) => {
  const release = await lockMachine(run.cacheFolder, run.resume ? LOCK_PATIENCE_MS : 0);
  try {
    return await fineTune(await requestOf(run), observer);
  } finally {
    await release();
  }
});
answer(MEASURE_STEP_METHOD, (params: MeasureStepParams, signal) => measureStep(params, signal));
answer(SUITED_METHOD_METHOD, ({ model }: SuitedMethodParams) => suitedMethod(model));
answer(READ_MANUSCRIPTS_METHOD, (params: ReadManuscriptsParams, signal) => {
  const onRead = (files: number) =>
    void connection.sendNotification(MANUSCRIPTS_READ_METHOD, { files }).catch(() => undefined);
  return readManuscripts(params, { signal, onRead });
});
answer(LAST_PARAGRAPH_METHOD, (params: LastParagraphParams) => lastParagraphOf(params));
answer(COMPARE_METHOD, (params: CompareParams, signal) => {
  const onDrawn = (drawn: Drawn) => void connection.sendNotification(DRAWN_METHOD, drawn).catch(() => undefined);
  return compare(params, { signal, onDrawn });
});
answer(WRITE_TEXTS_METHOD, (params: WriteTextsParams) => writeTexts(params));
answer(FIND_BASES_METHOD, (params: FindBasesParams) => findBases(params));
answer(EXPORT_MODEL_METHOD, (params: ExportModelParams, signal) => {
  const onProgress = (share: number) =>
    void connection.sendNotification(EXPORT_PROGRESS_METHOD, { share }).catch(() => undefined);
  return exportModel(params, { signal, onProgress });
});

connection.onNotification(STOP_TRAINING_METHOD, stop);
connection.onNotification(FINISH_TRAINING_METHOD, () => finish.abort());
connection.onClose(stop);
process.stdout.on('error', stop);
process.once('SIGTERM', stop);
connection.listen();

/** Answers a request; errors that are for the user are told in the language that it names. */
function answer<P>(method: string, handle: (params: P, signal: AbortSignal) => Promise<unknown>): void {
  connection.onRequest(method, async (params: P & { readonly language: Language }, token: CancellationToken) => {
    const cancelled = new AbortController();
    token.onCancellationRequested(() => cancelled.abort(new Error('cancelled')));
    try {
      return await handle(params, AbortSignal.any([cancelled.signal, abort.signal]));
    } catch (error) {
      if (error instanceof SpokenError) {
        throw new ResponseError(UNUSABLE, error.describe(params.language), { code: error.code });
      }
      throw error;
    }
  });
}
