import {
  type CancellationToken,
  createMessageConnection,
  LSPErrorCodes,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { CheckpointError } from '../engine/checkpoint/checkpoint-error';
import { printable } from '../engine/checkpoint/printable';
import { downloadModel, type HubModel } from '../engine/hub/download-model';
import { HubError } from '../engine/hub/hub-error';
import { openHub } from '../engine/hub/hub-settings';
import { surveyModel } from '../engine/hub/survey-model';
import {
  DOWNLOAD_MODEL_METHOD,
  DOWNLOAD_PROGRESS_METHOD,
  type DownloadErrorData,
  type DownloadProgress,
  HUB_MODEL,
  type ModelRequest,
  SURVEY_MODEL_METHOD,
} from '../protocol/download';

/** Of errors whose `message` is for the user, problem and cure in one. */
const UNUSABLE = 1;

// The downloader: a process of its own that asks the hub, JSON-RPC over standard input and output. It opens no
// connection before it is asked to; when the process that started it is gone, it ends, and what has been received stays.
const abort = new AbortController();
const stop = () => abort.abort(new Error('stopped'));

const connection = createMessageConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
);

const send = async (progress: DownloadProgress) => connection.sendNotification(DOWNLOAD_PROGRESS_METHOD, progress);

answer(SURVEY_MODEL_METHOD, (model) => surveyModel(model));
answer(DOWNLOAD_MODEL_METHOD, async (model) => {
  await downloadModel(model, (progress) => void send(progress).catch(stop));
  return null;
});

connection.onClose(stop);
process.stdout.on('error', stop);
process.once('SIGTERM', stop);
connection.listen();

/** Answers a request; errors that are for the user are told in the language that it names. */
function answer(method: string, handle: (model: HubModel) => Promise<unknown>): void {
  connection.onRequest(method, async (request: ModelRequest, token: CancellationToken) => {
    const cancelled = new AbortController();
    token.onCancellationRequested(() => cancelled.abort(new Error('cancelled')));
    const signal = AbortSignal.any([cancelled.signal, abort.signal]);
    try {
      return await withHub(request, signal, handle);
    } catch (error) {
      if (signal.aborted) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      if (error instanceof HubError || error instanceof CheckpointError) {
        const data: DownloadErrorData = { code: error.code };
        throw new ResponseError(UNUSABLE, error.describe(request.language), data);
      }
      throw error;
    }
  });
}

async function withHub(
  { id, revision, folder, token, proxy }: ModelRequest,
  signal: AbortSignal,
  handle: (model: HubModel) => Promise<unknown>,
): Promise<unknown> {
  const written = revision === undefined ? id : `${id}@${revision}`;
  if (!HUB_MODEL.test(written)) throw new HubError('id-invalid', printable(written));
  const { hub, cache } = openHub({ token, proxy });
  try {
    return await handle({ id, revision, folder, hub, cache, signal });
  } finally {
    await hub.close();
  }
}
