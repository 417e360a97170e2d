import { type ChildProcess, spawn } from 'node:child_process';
import { type CancellationToken, type Disposable, env, type LogOutputChannel } from 'vscode';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageclient/node';
import {
  COMPARE_METHOD,
  type CompareParams,
  DRAWN_METHOD,
  type Drawn,
  LAST_PARAGRAPH_METHOD,
  type LastParagraph,
  type LastParagraphParams,
} from '../../protocol/comparison';
import {
  EXPORT_MODEL_METHOD,
  EXPORT_PROGRESS_METHOD,
  type ExportModelParams,
  type ExportProgress,
  FIND_BASES_METHOD,
  type FindBasesParams,
  type FoundBase,
} from '../../protocol/made-models';
import {
  MANUSCRIPTS_READ_METHOD,
  type ManuscriptReport,
  READ_MANUSCRIPTS_METHOD,
  type ReadManuscriptsParams,
  WRITE_TEXTS_METHOD,
  type WriteTextsParams,
  type WrittenTexts,
} from '../../protocol/manuscripts';
import {
  FINE_TUNE_WORKSPACE_METHOD,
  FINISH_TRAINING_METHOD,
  MEASURE_STEP_METHOD,
  type MeasuredStep,
  type MeasureStepParams,
  type Method,
  STOP_TRAINING_METHOD,
  SUITED_METHOD_METHOD,
  type SuitedMethodParams,
  TRAINING_EVENT_METHOD,
  type TrainingEvent,
  type WorkspaceRun,
} from '../../protocol/training';
import { computingEnvironment } from '../computing-environment';

/**
 * The process that reads manuscripts and trains, at a priority below the editor's, which it gives itself. It ends with
 * this window: first it saves a checkpoint, if it is training.
 */
export class TrainerProcess implements Disposable {
  readonly #child: ChildProcess;
  readonly #connection: MessageConnection;

  /** Resolves when the process has ended, asked or unasked. */
  readonly ended: Promise<void>;

  constructor(module: string, log: LogOutputChannel) {
    const child = spawn(process.execPath, [module], {
      // The editor's own program runs as Node with this; Node itself does not mind.
      env: { ...process.env, ...computingEnvironment(process.env), ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => log.info(`trainer: ${text.trimEnd()}`));
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    // A process that ends while something is being written to it is no error of its own.
    child.stdin.on('error', () => undefined);
    connection.onError(([error]) => log.warn(`trainer: ${error.message}`));
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        log.error(`trainer: ${error.message}`);
        connection.dispose();
        resolve();
      });
      child.once('close', () => {
        // Whoever waits for an answer gets an error.
        connection.dispose();
        resolve();
      });
    });
    connection.listen();
    this.#child = child;
    this.#connection = connection;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** @throws with a message for the user, as all of these do */
  async readManuscripts(
    params: ReadManuscriptsParams,
    onRead: (files: number) => void,
    token: CancellationToken,
  ): Promise<ManuscriptReport[]> {
    const heard = this.#connection.onNotification(MANUSCRIPTS_READ_METHOD, ({ files }: { files: number }) =>
      onRead(files),
    );
    try {
      return await this.#connection.sendRequest(READ_MANUSCRIPTS_METHOD, { ...params, ...language() }, token);
    } finally {
      heard.dispose();
    }
  }

  /** How the trainer would train a model on this machine. */
  suitedMethod(params: SuitedMethodParams): Promise<Method> {
    return this.#connection.sendRequest(SUITED_METHOD_METHOD, { ...params, ...language() });
  }

  measureStep(params: MeasureStepParams, token: CancellationToken): Promise<MeasuredStep> {
    return this.#connection.sendRequest(MEASURE_STEP_METHOD, { ...params, ...language() }, token);
  }

  lastParagraph(params: LastParagraphParams): Promise<LastParagraph> {
    return this.#connection.sendRequest(LAST_PARAGRAPH_METHOD, { ...params, ...language() });
  }

  /** @param onDrawn Told what the base has written, then what the fine-tuned model has. */
  async compare(params: CompareParams, onDrawn: (drawn: Drawn) => void): Promise<void> {
    const heard = this.#connection.onNotification(DRAWN_METHOD, onDrawn);
    try {
      await this.#connection.sendRequest(COMPARE_METHOD, { ...params, ...language() });
    } finally {
      heard.dispose();
    }
  }

  writeTexts(params: WriteTextsParams): Promise<WrittenTexts> {
    return this.#connection.sendRequest(WRITE_TEXTS_METHOD, { ...params, ...language() });
  }

  /** @returns The last event. */
  async fineTune(run: WorkspaceRun, onEvent: (event: TrainingEvent) => void): Promise<TrainingEvent> {
    const heard = this.#connection.onNotification(TRAINING_EVENT_METHOD, onEvent);
    try {
      return await this.#connection.sendRequest(FINE_TUNE_WORKSPACE_METHOD, { run, ...language() });
    } finally {
      heard.dispose();
    }
  }

  findBases(params: FindBasesParams): Promise<FoundBase[]> {
    return this.#connection.sendRequest(FIND_BASES_METHOD, { ...params, ...language() });
  }

  /** @param onProgress Told how much is done, from 0 to 1. */
  async exportModel(
    params: ExportModelParams,
    onProgress: (share: number) => void,
    token: CancellationToken,
  ): Promise<void> {
    const heard = this.#connection.onNotification(EXPORT_PROGRESS_METHOD, ({ share }: ExportProgress) =>
      onProgress(share),
    );
    try {
      await this.#connection.sendRequest(EXPORT_MODEL_METHOD, { ...params, ...language() }, token);
    } finally {
      heard.dispose();
    }
  }

  /** Ends the training within a micro-batch, with a checkpoint. */
  stop(): void {
    void this.#connection.sendNotification(STOP_TRAINING_METHOD);
  }

  /** Ends the training after the step under way, with a result. */
  finish(): void {
    void this.#connection.sendNotification(FINISH_TRAINING_METHOD);
  }

  /** Ends the process: at once, or after its checkpoint while it trains. */
  dispose(): void {
    this.#child.stdin?.end();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

function language(): { readonly language: 'ja' | 'en' } {
  return { language: env.language.startsWith('ja') ? 'ja' : 'en' };
}
