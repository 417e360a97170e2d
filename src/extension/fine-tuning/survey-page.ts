import { type Disposable, type LogOutputChannel, workspace } from 'vscode';
import type { ModelIdentity } from '../../protocol/status';
import type { Method } from '../../protocol/training';
import { discardInterrupted, findInterrupted } from './interrupted-runs';
import { continuableAmong } from './learnt';
import type { FineTuningPanel } from './panel';
import type { RunStore, StoredRun } from './run-store';
import { choose } from './survey';
import type { TrainerProcess } from './trainer-process';
import type { Trainers } from './trainers';
import { messageOf } from './training-run';
import type { PanelState } from './views/panel-state';
import { WorkspaceReading } from './workspace-reading';

export type SurveyState = Extract<PanelState, { kind: 'survey' }>;

/** What the page shows before a run: the workspace as it was read, what a step costs, and a run that can go on. */
export class SurveyPage implements Disposable {
  #reading: WorkspaceReading | undefined;
  #interrupted: StoredRun | undefined;
  #continuable: StoredRun | undefined;

  constructor(
    private readonly panel: FineTuningPanel,
    private readonly store: RunStore,
    private readonly trainers: Trainers,
    private readonly log: LogOutputChannel,
  ) {}

  /** The run that the page offers to go on with. */
  get interrupted(): StoredRun | undefined {
    return this.#interrupted;
  }

  /** The result that the page offers to teach what is new, and its base model. */
  get toContinue(): { readonly run: StoredRun; readonly model: ModelIdentity } | undefined {
    const [run, model] = [this.#continuable, this.#reading?.model];
    return run && model && { run, model };
  }

  /**
   * Reads the workspace and shows what is in it, then measures a step.
   *
   * @param continued The result that is taught further.
   */
  async read(model: ModelIdentity, continued?: StoredRun): Promise<void> {
    this.stop();
    const reading = new WorkspaceReading(model, this.trainers.start());
    this.#reading = reading;
    let method: Method;
    try {
      this.panel.show({ kind: 'reading', read: 0, total: 0 });
      const onRead = (read: number, total: number) => this.panel.show({ kind: 'reading', read, total });
      const survey = await reading.read(onRead, continued);
      method = await reading.method(continued);
      const interrupted = await findInterrupted(this.store, workspaceUris());
      if (reading.isOver) return;
      this.#interrupted = interrupted?.run;
      const runs = continued === undefined ? await this.store.list() : [];
      const continuable = await reading.newestOfModel(
        continuableAmong(runs, survey, workspaceUris()),
        this.trainers.resources,
      );
      if (reading.isOver) return;
      this.#continuable = continuable?.run;
      this.panel.show({
        kind: 'survey',
        survey,
        method,
        preset: 'standard',
        measurement: { kind: 'measuring' },
        model: reading.model.name,
        results: this.store.folder,
        ...(continued && { continues: continued.record.name }),
        ...(continuable && { continuable: { ...continuable, name: continuable.run.record.name } }),
        ...(interrupted && { interrupted: { ...interrupted.run.record, step: interrupted.step } }),
      });
    } catch (error) {
      if (reading.isOver) return;
      this.log.error(String(error));
      this.panel.show({ kind: 'problem', message: messageOf(error) });
      return;
    }
    await this.#measure(reading, method);
  }

  /** Takes a file in or out. */
  choose(path: string, chosen: boolean): void {
    this.#change((state) => ({ ...state, survey: choose(state.survey, path, chosen) }));
  }

  choosePreset(preset: SurveyState['preset']): void {
    this.#change((state) => ({ ...state, preset }));
  }

  /** Deletes the run that the page offers to go on with. */
  async discardInterrupted(): Promise<void> {
    if (this.#interrupted === undefined) return;
    await discardInterrupted(this.store, this.#interrupted);
    this.#interrupted = undefined;
    this.#change(({ interrupted: _, ...rest }) => rest);
  }

  /**
   * Ends what is still being read or measured.
   *
   * @returns The process and its model, for a run: closing the page does not end it any more. undefined when there is
   * none.
   */
  handOver(): { readonly trainer: TrainerProcess; readonly model: ModelIdentity } | undefined {
    const reading = this.#reading;
    this.#reading = undefined;
    return reading && { trainer: reading.handOver(), model: reading.model };
  }

  /** Ends what is still being read or measured, and its process. */
  stop(): void {
    this.#reading?.dispose();
    this.#reading = undefined;
    this.#interrupted = undefined;
    this.#continuable = undefined;
  }

  dispose(): void {
    this.stop();
  }

  async #measure(reading: WorkspaceReading, method: Method): Promise<void> {
    const tell = (measurement: SurveyState['measurement']) => {
      if (!reading.isOver) this.#change((state) => ({ ...state, measurement }));
    };
    try {
      tell({ kind: 'measured', step: await reading.measure(method, this.trainers.resources) });
    } catch (error) {
      if (!reading.isOver) this.log.error(String(error));
      tell({ kind: 'failed', message: messageOf(error) });
    }
  }

  #change(change: (state: SurveyState) => SurveyState): void {
    const { state } = this.panel;
    if (state?.kind === 'survey') this.panel.show(change(state));
  }
}

/** URIs of the folders that are open. */
export function workspaceUris(): string[] {
  return (workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString());
}
