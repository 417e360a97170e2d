import { CancellationTokenSource, type Disposable, workspace } from 'vscode';
import type { ModelIdentity } from '../../protocol/status';
import type { MeasuredStep, Method } from '../../protocol/training';
import { discoverManuscripts } from './discovery';
import { type Continuable, withoutLearnt } from './learnt';
import { MEASURED } from './presets';
import type { StoredRun } from './run-store';
import { type Survey, surveyOf } from './survey';
import type { TrainerProcess } from './trainer-process';

/** One reading of the workspace by a trainer's process, until a run takes the process over or the page is closed. */
export class WorkspaceReading implements Disposable {
  readonly #cancellation = new CancellationTokenSource();

  /** @param model Whose tokens are counted, and which is to be trained. */
  constructor(
    readonly model: ModelIdentity,
    private readonly trainer: TrainerProcess,
  ) {}

  /** Nobody waits for it any more. */
  get isOver(): boolean {
    return this.#cancellation.token.isCancellationRequested;
  }

  /**
   * Reads every file that may be a manuscript.
   *
   * @param onRead Told how many files of how many have been read.
   * @param continued What it has learnt is left out.
   */
  async read(onRead: (read: number, total: number) => void, continued?: StoredRun): Promise<Survey> {
    const { token } = this.#cancellation;
    const { files, excluded } = await discoverManuscripts(token);
    const onFile = (read: number) => {
      if (!this.isOver) onRead(read, files.length);
    };
    const reports = await this.trainer.readManuscripts({ files, model: this.model.folder }, onFile, token);
    const fresh = continued === undefined ? reports : withoutLearnt(reports, continued);
    return surveyOf(fresh, excluded, (path) => workspace.asRelativePath(path));
  }

  /** The first whose base is the model that is to be trained: the same weights by their hash, whatever their folder. */
  async newestOfModel(
    newestFirst: readonly Continuable[],
    { cacheFolder }: { readonly cacheFolder: string },
  ): Promise<Continuable | undefined> {
    if (newestFirst.length === 0) return undefined;
    const models = [this.model.folder];
    const adapters = newestFirst.map(({ run }) => ({ adapter: run.folders.adapter, models }));
    const bases = await this.trainer.findBases({ adapters, cacheFolder });
    return newestFirst.find((_, index) => bases[index]?.kind === 'found');
  }

  /** How a run trains: what is taught further as before, a model by its size. */
  async method(continued?: StoredRun): Promise<Method> {
    if (continued !== undefined) return continued.record.hyperparameters.method;
    return this.trainer.suitedMethod({ model: this.model.folder });
  }

  /** Does one step, as a run would. */
  measure(method: Method, options: { readonly cacheFolder: string; readonly threads?: number }): Promise<MeasuredStep> {
    const params = { ...options, model: this.model.folder, hyperparameters: MEASURED[method] };
    return this.trainer.measureStep(params, this.#cancellation.token);
  }

  /** Ends what is still being read or measured. @returns The process, which is the caller's from now on. */
  handOver(): TrainerProcess {
    this.#cancellation.cancel();
    return this.trainer;
  }

  dispose(): void {
    this.handOver().dispose();
    this.#cancellation.dispose();
  }
}
