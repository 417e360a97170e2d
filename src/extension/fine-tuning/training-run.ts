import { type Disposable, EventEmitter, type LogOutputChannel, l10n } from 'vscode';
import { ConnectionError, ErrorCodes, ResponseError } from 'vscode-languageclient/node';
import type { WrittenTexts } from '../../protocol/manuscripts';
import type { TrainingEvent } from '../../protocol/training';
import { NO_PROGRESS, type Progress, progressAfter } from './progress';
import type { RunPhase } from './run-phase';
import type { FinishedState, RunRecord } from './run-record';
import type { RunStore, StoredRun } from './run-store';
import type { TrainerProcess } from './trainer-process';

/** How a run has ended. */
export type Outcome =
  | { readonly kind: 'finished'; readonly run: StoredRun; readonly state: FinishedState }
  /** It can go on from a checkpoint. */
  | { readonly kind: 'paused'; readonly step: number }
  | { readonly kind: 'cancelled' }
  /** `message` is for the user. */
  | { readonly kind: 'failed'; readonly message: string };

/** What a run learns from, and where its base model lies, if not where its record says. */
export interface RunInput extends WrittenTexts {
  readonly model?: string;
}

export interface RunOptions {
  readonly resume: boolean;
  /** What is taught further. */
  readonly fromAdapter?: string;
  /** Missing lets the machine decide. */
  readonly threads?: number;
  readonly cacheFolder: string;
}

/** A run that goes on in a trainer's process, which ends with it. */
export class TrainingRun implements Disposable {
  readonly #changed = new EventEmitter<void>();
  #progress: Progress = NO_PROGRESS;
  #phase: RunPhase = 'starting';
  #cancelled = false;
  #record: RunRecord;

  /** Fires after {@link progress} or {@link phase} has changed. */
  readonly onDidChange = this.#changed.event;

  constructor(
    readonly stored: StoredRun,
    private readonly trainer: TrainerProcess,
    private readonly store: RunStore,
    private readonly log: LogOutputChannel,
  ) {
    this.#record = stored.record;
  }

  get progress(): Progress {
    return this.#progress;
  }

  get phase(): RunPhase {
    return this.#phase;
  }

  /**
   * Trains, from the beginning or from the last checkpoint, until it is done or ended otherwise. Never throws.
   *
   * @param input Writes the texts, or finds those that were written.
   */
  async run(input: () => Promise<RunInput>, options: RunOptions): Promise<Outcome> {
    const { folders, record } = this.stored;
    try {
      if (options.resume) for (const event of await this.store.events(folders)) this.#take(event);
      await this.#writeUnderWay();
      const { model = record.model, ...texts } = await input();
      if (model !== record.model) {
        this.#record = { ...record, model };
        await this.#writeUnderWay();
      }
      const last = await this.trainer.fineTune(
        { ...options, ...texts, model, output: folders.adapter, hyperparameters: record.hyperparameters },
        (event) => {
          this.#take(event);
          if (event.type === 'started' && this.#phase === 'starting') this.#enter('training');
        },
      );
      if (this.#cancelled) return await this.#discard();
      if (last.type !== 'finished') return { kind: 'paused', step: this.#progress.step };
      return await this.#keep(last);
    } catch (error) {
      return this.#cancelled ? await this.#discard() : this.#failed(error);
    } finally {
      this.trainer.dispose();
      await this.trainer.ended;
    }
  }

  /** Ends it with a checkpoint. */
  pause(): void {
    this.#enter('pausing');
    this.trainer.stop();
  }

  /** Ends it with a result. */
  finish(): void {
    this.#enter('finishing');
    this.trainer.finish();
  }

  /** Ends it and leaves nothing. */
  cancel(): void {
    this.#cancelled = true;
    this.trainer.kill();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #discard(): Promise<Outcome> {
    await this.trainer.ended;
    try {
      await this.store.remove(this.stored.folders);
      return { kind: 'cancelled' };
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): Outcome {
    this.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { kind: 'failed', message: messageOf(error) };
  }

  async #keep(last: Extract<TrainingEvent, { type: 'finished' }>): Promise<Outcome> {
    const { folders } = this.stored;
    const state: FinishedState = {
      kind: 'finished',
      at: new Date().toISOString(),
      steps: last.step,
      evalLossBefore: last.eval_loss_before,
      evalLossAfter: last.eval_loss_after,
      bitsPerCharacterBefore: last.eval_bits_per_character_before,
      bitsPerCharacterAfter: last.eval_bits_per_character_after,
    };
    const finished = { ...this.stored, record: { ...this.#record, state } };
    await this.store.write(finished);
    // The result is on record; what cannot be deleted now goes when a window is opened.
    await this.store.tidy(folders).catch((error: unknown) => this.log.warn(String(error)));
    return { kind: 'finished', run: finished, state };
  }

  async #writeUnderWay(): Promise<void> {
    const { trainer: _, ...record } = this.#record;
    const { pid } = this.trainer;
    const { folders } = this.stored;
    await this.store.write({ folders, record: { ...record, ...(pid !== undefined && { trainer: pid }) } });
  }

  #take(event: TrainingEvent): void {
    this.#progress = progressAfter(this.#progress, event);
    this.#changed.fire();
  }

  #enter(phase: RunPhase): void {
    this.#phase = phase;
    this.#changed.fire();
  }
}

/** Code of the trainer's answers whose message is for the user. */
const UNUSABLE = 1;

/**
 * What to tell the user of an error that came instead of an answer.
 *
 * @param failed What has failed, where the trainer did not say.
 */
export function messageOf(
  error: unknown,
  failed = (reason: string) => l10n.t('Fine-tuning failed: {0}', reason),
): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return l10n.t('The disk that holds Tsuzuki’s own files is full. Free some space, then start again.');
  }
  if (hasEnded(error)) {
    return l10n.t('The trainer ended unexpectedly; the machine may have too little memory. The log says more.');
  }
  return error instanceof ResponseError && error.code === UNUSABLE ? message : failed(message);
}

/** Whether the trainer's process was gone when it was asked something, or before it had answered. */
function hasEnded(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof ResponseError && error.code === ErrorCodes.PendingResponseRejected;
}
