import { basename } from 'node:path';
import type { Connection, ServerCapabilities } from 'vscode-languageserver/node';
import { SpokenError } from '../engine/checkpoint/spoken-error';
import { defaultThreads } from '../engine/default-threads';
import { LanguageModel } from '../engine/inference/language-model';
import { loadOnnxRuntime } from '../engine/inference/onnx-runtime';
import { PromptBuilder } from '../engine/inference/prompt';
import { sweepCache } from '../engine/inference/sweep-cache';
import { ImportClock } from '../engine/quantization/import-clock';
import { unwritableMarks } from '../engine/tokenizer/tokenizer-card';
import { type AnswerCost, type ModelIdentity, type ServerStatus, STATUS_METHOD } from '../protocol/status';
import { withoutInlineMarks } from '../text/markup/inline-marks';
import { AnswerPace } from './answer-pace';
import type { ClientOptions } from './client-options';
import type { Feature } from './feature';

/** Loads the process's one model and tells the client what it is doing. */
export class ModelFeature implements Feature {
  #connection: Connection | undefined;
  #model: Promise<LanguageModel | undefined> = Promise.resolve(undefined);
  #failed = false;
  #loadMs = 0;
  readonly #machineThreads = defaultThreads();
  #answer: AnswerCost | undefined;
  #prompts: PromptBuilder | undefined;
  #unwritable: ReadonlySet<string> | undefined;
  readonly #pace = new AnswerPace();

  constructor(private readonly options: () => ClientOptions) {}

  initialize(connection: Connection): ServerCapabilities {
    this.#connection = connection;
    return {};
  }

  initialized(): void {
    this.#model = this.#load();
  }

  /** The model once it is loaded; `undefined` when it could not be. */
  get model(): Promise<LanguageModel | undefined> {
    return this.#model;
  }

  /** Loads a model again that could not be loaded: its folder may have been repaired since. */
  reloadIfFailed(): void {
    if (this.#failed) this.#model = this.#load();
  }

  /** Whoever asks the model has the same window of the text, so that what was evaluated of it serves them all. */
  promptsOf({ tokenizer }: LanguageModel): PromptBuilder {
    this.#prompts ??= new PromptBuilder(tokenizer, withoutInlineMarks);
    return this.#prompts;
  }

  /** Characters that the model's tokenizer cannot write. */
  unwritableOf({ tokenizer }: LanguageModel): ReadonlySet<string> {
    this.#unwritable ??= unwritableMarks(tokenizer);
    return this.#unwritable;
  }

  /** Shows `generating` while `work` runs. */
  async whileGenerating<T>(work: () => Promise<T>): Promise<T> {
    this.#tell({ state: 'generating', model: this.identity });
    try {
      return await work();
    } finally {
      this.#tellReady();
    }
  }

  /** Takes note of what an answer cost; told with the next status. */
  answered(cost: AnswerCost): void {
    this.#answer = cost;
    this.#pace.record(cost.modelMs);
  }

  #tellReady(): void {
    const [answer, { slowMs }] = [this.#answer, this.#pace];
    this.#tell({
      state: 'ready',
      model: this.identity,
      loadMs: this.#loadMs,
      threads: this.options().threads ?? this.#machineThreads,
      ...(answer && { answer }),
      ...(slowMs !== undefined && { slowMs }),
    });
  }

  private get identity(): ModelIdentity {
    const folder = this.options().modelFolder;
    return { name: basename(folder), folder };
  }

  async #load(): Promise<LanguageModel | undefined> {
    const { modelFolder, adapterFolder, dtype, threads, cacheFolder, language } = this.options();
    const model = this.identity;
    this.#failed = false;
    this.#tell({ state: 'loading', model });
    const start = performance.now();
    let clock: ImportClock | undefined;
    try {
      const loaded = await LanguageModel.open(modelFolder, {
        cacheFolder,
        adapterFolder,
        precision: dtype,
        threads,
        onImport: (quantized) => {
          clock ??= new ImportClock();
          const secondsLeft = clock.secondsLeft(quantized);
          this.#tell({ state: 'loading', model, quantized, ...(secondsLeft !== undefined && { secondsLeft }) });
        },
      });
      this.#loadMs = Math.round(performance.now() - start);
      this.#tellReady();
      this.#connection?.console.info(`${modelFolder}: loaded in ${this.#loadMs} ms`);
      // A good moment: what this model needs is in use, and nobody waits.
      void this.#sweep(cacheFolder);
      return loaded;
    } catch (error) {
      const message = error instanceof SpokenError ? error.describe(language) : `${modelFolder}: ${String(error)}`;
      this.#connection?.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      this.#failed = true;
      this.#tell({ state: 'error', model, message });
      return undefined;
    }
  }

  async #sweep(cacheFolder: string): Promise<void> {
    const { env } = await loadOnnxRuntime();
    const gone = await sweepCache(cacheFolder, env.versions.node ?? '');
    if (gone.length > 0) this.#connection?.console.info(`cache: deleted ${gone.join(', ')}`);
  }

  #tell(status: ServerStatus): void {
    void this.#connection?.sendNotification(STATUS_METHOD, status);
  }
}
