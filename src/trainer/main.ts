import { constants, setPriority } from 'node:os';
import {
  createMessageConnection,
  RequestType,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { CheckpointError } from '../engine/checkpoint/checkpoint-error';
import {
  FINE_TUNE_METHOD,
  STOP_TRAINING_METHOD,
  TRAINING_EVENT_METHOD,
  type TrainingEvent,
} from '../protocol/training';
import { fineTune } from './fine-tune';
import type { FineTuneRequest } from './request';
import { TrainingError } from './training-error';

interface FineTuneParams {
  readonly request: FineTuneRequest;
  readonly language: 'ja' | 'en';
}

const FINE_TUNE = new RequestType<FineTuneParams, TrainingEvent, { readonly code: string }>(FINE_TUNE_METHOD);

/** Of errors whose `message` is for the user, problem and cure in one. */
const UNUSABLE = 1;

// The trainer: a process of its own, one run, JSON-RPC over standard input and output. Whoever writes meanwhile comes
// first; when the process that started it is gone, it saves a checkpoint and ends.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const abort = new AbortController();
const stop = () => abort.abort(new Error('stopped'));

const connection = createMessageConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
);
connection.onRequest(FINE_TUNE, async ({ request, language }) => {
  // A closed connection throws at once, a broken pipe later: neither must hurt the run, which ends with a checkpoint.
  const send = async (event: TrainingEvent) => connection.sendNotification(TRAINING_EVENT_METHOD, event);
  try {
    return await fineTune(request, { signal: abort.signal, onEvent: (event) => void send(event).catch(stop) });
  } catch (error) {
    if (error instanceof TrainingError || error instanceof CheckpointError) {
      throw new ResponseError(UNUSABLE, error.describe(language), { code: error.code });
    }
    throw error;
  }
});
connection.onNotification(STOP_TRAINING_METHOD, stop);
connection.onClose(stop);
process.stdout.on('error', stop);
process.once('SIGTERM', stop);
connection.listen();
