import { type ChildProcess, spawn } from 'node:child_process';
import type { CancellationToken, Disposable, LogOutputChannel } from 'vscode';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageclient/node';
import {
  DOWNLOAD_MODEL_METHOD,
  DOWNLOAD_PROGRESS_METHOD,
  type DownloadProgress,
  type ModelRequest,
  type ModelSurvey,
  SURVEY_MODEL_METHOD,
} from '../../protocol/download';

/** The process that asks the hub and fetches a model. It opens no connection unasked, and ends with this window. */
export class DownloaderProcess implements Disposable {
  readonly #child: ChildProcess;
  readonly #connection: MessageConnection;

  /** @param endpoint Address of the hub; the environment's, or Hugging Face's, where it is empty. */
  constructor(module: string, endpoint: string, log: LogOutputChannel) {
    const child = spawn(process.execPath, [module], {
      // The editor's own program runs as Node with this; Node itself does not mind.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ...(endpoint !== '' && { HF_ENDPOINT: endpoint }) },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => log.info(`downloader: ${text.trimEnd()}`));
    // A process that ends while something is being written to it is no error of its own.
    child.stdin.on('error', () => undefined);
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    connection.onError(([error]) => log.warn(`downloader: ${error.message}`));
    child.once('error', (error) => {
      log.error(`downloader: ${error.message}`);
      connection.dispose();
    });
    // Whoever waits for an answer gets an error.
    child.once('close', () => connection.dispose());
    connection.listen();
    this.#child = child;
    this.#connection = connection;
  }

  /** What would be fetched. @throws with a message for the user, as {@link download} does */
  survey(request: ModelRequest, token: CancellationToken): Promise<ModelSurvey> {
    return this.#connection.sendRequest(SURVEY_MODEL_METHOD, request, token);
  }

  /** Resolves once the folder is whole. Cancelling keeps what has been received. */
  async download(
    request: ModelRequest,
    onProgress: (progress: DownloadProgress) => void,
    token: CancellationToken,
  ): Promise<void> {
    const heard = this.#connection.onNotification(DOWNLOAD_PROGRESS_METHOD, onProgress);
    try {
      await this.#connection.sendRequest(DOWNLOAD_MODEL_METHOD, request, token);
    } finally {
      heard.dispose();
    }
  }

  dispose(): void {
    this.#child.stdin?.end();
  }
}
