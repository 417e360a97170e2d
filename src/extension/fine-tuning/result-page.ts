import { type Disposable, type LogOutputChannel, l10n, window } from 'vscode';
import { readDtype, readSettings } from '../settings';
import { chosenAdapter, useNoAdapter } from './adapter';
import { type Comparison, firstUnwritten, withDrawn, withProblem } from './comparison';
import { discoverManuscripts } from './discovery';
import { chooseModel, type ModelChoice, restoreChoice } from './model-choice';
import type { FineTuningPanel } from './panel';
import { NO_PROGRESS, progressAfter, verdictOn } from './progress';
import { mayChooseModel } from './refusals';
import type { RunStore, StoredRun } from './run-store';
import type { TrainerProcess } from './trainer-process';
import type { Trainers } from './trainers';
import { messageOf } from './training-run';
import type { PanelState } from './views/panel-state';
import { verdictText } from './views/verdict-text';

type ResultState = Extract<PanelState, { kind: 'finished' }>;

/** Continuations of a text by each of the two models. */
const CONTINUATIONS = 2;

/** The result that is shown, and what has written before its run. */
interface Shown {
  readonly id: string;
  readonly name: string;
  readonly adapter: string;
  /** Folder of the base model. */
  readonly model: string;
  /** The adapter that was taught further. */
  readonly from?: string;
  /** Whose texts it has learnt; missing where that was not noted. */
  readonly paths?: readonly string[];
}

/** What the page shows after a run, and what can be done with the result. */
export class ResultPage implements Disposable {
  #shown: Shown | undefined;
  /** The process in which both models write; it ends when nothing is left to write, or the page is closed. */
  #writer: TrainerProcess | undefined;
  /** What the workspace used before it used the result that is shown; undefined when that was not chosen here. */
  #choiceBefore: ModelChoice | undefined;

  constructor(
    private readonly panel: FineTuningPanel,
    private readonly store: RunStore,
    private readonly trainers: Trainers,
    private readonly log: LogOutputChannel,
    private readonly extensionPath: string,
  ) {}

  /**
   * Shows what a finished run has brought.
   *
   * @param model Folder of its base model, which may lie elsewhere by now.
   */
  async show(run: StoredRun, model = run.record.model): Promise<void> {
    const { record, folders } = run;
    if (record.state.kind !== 'finished') return;
    this.stop();
    const events = await this.store.events(folders);
    const earlier = record.continues && (await this.store.read(record.continues.id));
    const { paths } = record;
    this.#choiceBefore = undefined;
    this.#shown = {
      id: run.id,
      name: record.name,
      adapter: folders.adapter,
      model,
      ...(earlier && { from: earlier.folders.adapter }),
      ...(paths && { paths }),
    };
    this.panel.show({
      kind: 'finished',
      name: record.name,
      progress: events.reduce(progressAfter, NO_PROGRESS),
      steps: record.state.steps,
      verdict: verdictOn(record.state),
      method: record.hyperparameters.method,
      adapter: folders.adapter,
      inUse: chosenAdapter() === folders.adapter,
      comparison: [],
    });
  }

  /** Tells who does not look at the page that a run has ended. */
  async announce(): Promise<void> {
    const [shown, { state }] = [this.#shown, this];
    if (shown === undefined || state === undefined || this.panel.isVisible) return;
    const { verdict } = state;
    const use = l10n.t('Use It in This Workspace');
    const details = l10n.t('Show Details');
    const buttons = verdict.kind === 'worse' ? [details] : [use, details];
    const choice = await window.showInformationMessage(verdictText(verdict), ...buttons);
    if (choice === use) await this.#apply(shown);
    if (choice === details) {
      this.panel.reveal();
      await this.write();
    }
  }

  /** Has the workspace use the result that is shown. */
  async use(): Promise<void> {
    if (this.#shown !== undefined && this.state !== undefined) await this.#apply(this.#shown);
  }

  /** Has the workspace use what it used before, or the base model as it is where that is not known. */
  async goBack(): Promise<void> {
    if (this.#choiceBefore === undefined) await useNoAdapter();
    else await restoreChoice(this.#choiceBefore);
    this.#choiceBefore = undefined;
    this.#change((state) => ({ ...state, inUse: false }));
  }

  /** Has both models continue a text. */
  async compare(text: string): Promise<void> {
    this.#compared((comparison) => [...comparison, { text }]);
    await this.write();
  }

  /**
   * Has both models write what is asked for and not written yet: at first, behind the author's last paragraph. Nothing as
   * long as the page is closed.
   */
  async write(): Promise<void> {
    const [shown, { state }] = [this.#shown, this];
    if (shown === undefined || state === undefined || !this.panel.isOpen || this.#writer !== undefined) return;
    if (state.comparison.length > 0 && firstUnwritten(state.comparison) < 0) return;
    const writer = this.trainers.start();
    this.#writer = writer;
    try {
      if (state.comparison.length === 0) await this.#askForLastParagraph(shown, writer);
      while (this.#writer === writer) {
        const index = firstUnwritten(this.state?.comparison ?? []);
        if (index < 0) break;
        await this.#writeOne(shown, writer, index);
      }
    } finally {
      if (this.#writer === writer) this.#writer = undefined;
      writer.dispose();
    }
  }

  /** Nobody looks at the page any more: what is being written is given up, until {@link write} is called again. */
  stop(): void {
    const writer = this.#writer;
    this.#writer = undefined;
    writer?.dispose();
  }

  dispose(): void {
    this.stop();
  }

  private get state(): ResultState | undefined {
    const { state } = this.panel;
    return state?.kind === 'finished' ? state : undefined;
  }

  async #askForLastParagraph({ paths }: Shown, writer: TrainerProcess): Promise<void> {
    try {
      const { files } = await discoverManuscripts();
      const learnt = paths === undefined ? files : files.filter(({ path }) => paths.includes(path));
      const { text } = await writer.lastParagraph({ files: learnt });
      // A text of one's own may have been asked for meanwhile; the paragraph comes before it.
      if (text !== undefined && this.#writer === writer) this.#compared((later) => [{ text }, ...later]);
    } catch (error) {
      if (this.#writer === writer) this.log.error(String(error));
    }
  }

  async #writeOne({ model, from }: Shown, writer: TrainerProcess, index: number): Promise<void> {
    const { sampling, stopAt } = readSettings();
    const { alternatives: _, seed, ...drawing } = sampling;
    const { adapter = '', comparison = [] } = this.state ?? {};
    const text = comparison[index]?.text ?? '';
    try {
      await writer.compare(
        {
          ...this.trainers.resources,
          model,
          ...(from !== undefined && { from }),
          adapter,
          text,
          seed: seed ?? Math.floor(Math.random() * 2 ** 32),
          count: CONTINUATIONS,
          sampling: drawing,
          stopAt,
          dtype: readDtype(),
        },
        (drawn) => {
          if (this.#writer === writer) this.#compared((comparison) => withDrawn(comparison, index, drawn));
        },
      );
    } catch (error) {
      if (this.#writer !== writer) return;
      this.log.error(String(error));
      this.#compared((comparison) => withProblem(comparison, index, messageOf(error)));
    }
  }

  /** @param result Not always the one that is shown: a notification can be answered long after it came. */
  async #apply({ id, name, model, adapter }: Shown): Promise<void> {
    if (!(await mayChooseModel())) return;
    if ((await this.store.read(id)) === undefined) {
      const message = l10n.t('“{0}” was deleted meanwhile. “Restore a Deleted Model…” brings it back.', name);
      void window.showWarningMessage(message);
      return;
    }
    const before = await chooseModel(model, adapter, this.extensionPath);
    if (this.#shown?.adapter === adapter && before.adapter !== adapter) this.#choiceBefore = before;
    this.#change((state) => ({ ...state, inUse: state.adapter === adapter }));
  }

  #compared(change: (comparison: Comparison) => Comparison): void {
    this.#change((state) => ({ ...state, comparison: change(state.comparison) }));
  }

  #change(change: (state: ResultState) => ResultState): void {
    const { state } = this;
    if (state !== undefined) this.panel.show(change(state));
  }
}
