import { type Disposable, type ExtensionContext, type LogOutputChannel, l10n, Uri, window, workspace } from 'vscode';
import type { WrittenTexts } from '../../protocol/manuscripts';
import { modelInSettings } from '../model-folder';
import { readThreads } from '../settings';
import { applyAdapter, chosenAdapter, restoreAdapter } from './adapter';
import { findInterrupted } from './interrupted-runs';
import { pickFineTunedModel } from './model-picker';
import { FineTuningPanel } from './panel';
import { planOf } from './presets';
import { offerFolder, refuseUntrusted } from './refusals';
import { RunIndicator } from './run-indicator';
import { RunStore, type StoredRun } from './run-store';
import { choose, type Survey, totalsOf } from './survey';
import { TrainerProcess } from './trainer-process';
import { messageOf, type Outcome, TrainingRun } from './training-run';
import { verdictText } from './views/finished-view';
import type { PanelAction, PanelState } from './views/panel-state';
import { WorkspaceReading } from './workspace-reading';

/**
 * A trainer whose window was closed is waited for this long, as it may have a long step to end on a busy machine;
 * then its run counts as one of another window.
 */
const ENDING_SECONDS = 300;

type SurveyState = Extract<PanelState, { kind: 'survey' }>;

/** "Fine-tune on workspace": from the command to a result that the workspace uses. */
export class FineTuning implements Disposable {
  readonly #panel: FineTuningPanel;
  readonly #store: RunStore;
  #reading: WorkspaceReading | undefined;
  #run: TrainingRun | undefined;
  #interrupted: StoredRun | undefined;
  /** What the workspace used before it used the last result. */
  #adapterBefore: string | undefined;

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {
    this.#store = new RunStore(this.#resultsFolder);
    this.#panel = new FineTuningPanel(context.extensionUri);
    this.#panel.onAction((action) => {
      this.#act(action).catch((error: unknown) => {
        log.error(String(error));
        void window.showErrorMessage(messageOf(error));
      });
    });
    this.#panel.onDidClose(() => this.#stopReading());
  }

  /** The command: opens the page, unless there is nothing that could be learnt from. */
  async open(): Promise<void> {
    if (!workspace.isTrusted) return refuseUntrusted();
    if (workspace.workspaceFolders === undefined) return offerFolder();
    const shown = this.#panel.isOpen || this.#panel.state?.kind === 'finished';
    this.#panel.reveal();
    if (this.#run === undefined && !shown) await this.#read();
  }

  /** The command that lists the models one has made. */
  chooseModel(): Promise<void> {
    return pickFineTunedModel(this.#store);
  }

  /** Offers to go on with a run of this workspace that a closed window, a crash or the end of the day interrupted. */
  async offerToResume(): Promise<void> {
    if (!workspace.isTrusted || workspace.workspaceFolders === undefined) return;
    const interrupted = await findInterrupted(this.#store, workspaceUris(), ENDING_SECONDS);
    if (interrupted === undefined || this.#run !== undefined) return;
    const { run, step } = interrupted;
    const resume = l10n.t('Resume');
    const discard = l10n.t('Discard It');
    const message = l10n.t('Fine-tuning on this workspace was interrupted after step {0}.', step);
    const choice = await window.showInformationMessage(message, resume, discard, l10n.t('Later'));
    if (choice === discard) await this.#store.remove(run.folders);
    if (choice === resume) {
      this.#panel.reveal();
      await this.#resume(run);
    }
  }

  dispose(): void {
    this.#stopReading();
    this.#panel.dispose();
    this.#run?.dispose();
  }

  get #resultsFolder(): string {
    return Uri.joinPath(this.context.globalStorageUri, 'fine-tuning').fsPath;
  }

  /** What the trainer may use of this machine. */
  get #resources(): { readonly cacheFolder: string; readonly threads?: number } {
    const threads = readThreads();
    const cacheFolder = Uri.joinPath(this.context.globalStorageUri, 'cache').fsPath;
    return { cacheFolder, ...(threads > 0 && { threads }) };
  }

  async #act(message: PanelAction): Promise<void> {
    const state = this.#panel.state;
    switch (message.action) {
      case 'read-again':
        return this.#read();
      case 'choose':
        if (state?.kind === 'survey') {
          this.#panel.show({ ...state, survey: choose(state.survey, message.value, message.checked) });
        }
        return;
      case 'preset':
        if (state?.kind === 'survey') this.#panel.show({ ...state, preset: message.value });
        return;
      case 'start':
        if (state?.kind === 'survey') await this.#start(state);
        return;
      case 'resume':
        if (this.#interrupted !== undefined) await this.#resume(this.#interrupted);
        return;
      case 'discard':
        if (this.#interrupted !== undefined) await this.#discard(this.#interrupted);
        return;
      case 'pause':
        return this.#run?.pause();
      case 'finish':
        return this.#run?.finish();
      case 'cancel':
        return this.#askHowToEnd();
      case 'use':
        if (state?.kind === 'finished') await this.#use(state.adapter);
        return;
      case 'go-back':
        if (state?.kind === 'finished') {
          await restoreAdapter(this.#adapterBefore);
          this.#panel.show({ ...state, inUse: false });
        }
        return;
    }
  }

  // Before it starts

  #stopReading(): void {
    this.#reading?.dispose();
    this.#reading = undefined;
  }

  /** Reads the workspace and shows what is in it, then measures a step. */
  async #read(): Promise<void> {
    if (this.#run !== undefined) return;
    this.#stopReading();
    const reading = new WorkspaceReading(modelInSettings(this.context.extensionPath), this.#newTrainer());
    this.#reading = reading;
    try {
      this.#panel.show({ kind: 'reading', read: 0, total: 0 });
      const survey = await reading.read((read, total) => this.#panel.show({ kind: 'reading', read, total }));
      const interrupted = await findInterrupted(this.#store, workspaceUris());
      if (reading.isOver) return;
      this.#interrupted = interrupted?.run;
      this.#panel.show({
        kind: 'survey',
        survey,
        preset: 'standard',
        measurement: { kind: 'measuring' },
        model: reading.model.name,
        results: this.#resultsFolder,
        ...(interrupted && { interrupted: { ...interrupted.run.record, step: interrupted.step } }),
      });
    } catch (error) {
      if (reading.isOver) return;
      this.log.error(String(error));
      this.#panel.show({ kind: 'problem', message: messageOf(error) });
      return;
    }
    await this.#measure(reading);
  }

  async #measure(reading: WorkspaceReading): Promise<void> {
    const tell = (measurement: SurveyState['measurement']) => {
      const state = this.#panel.state;
      if (!reading.isOver && state?.kind === 'survey') this.#panel.show({ ...state, measurement });
    };
    try {
      tell({ kind: 'measured', step: await reading.measure(this.#resources) });
    } catch (error) {
      if (!reading.isOver) this.log.error(String(error));
      tell({ kind: 'failed', message: messageOf(error) });
    }
  }

  #newTrainer(): TrainerProcess {
    return new TrainerProcess(this.context.asAbsolutePath('dist/trainer.js'), this.log);
  }

  // While it runs

  async #start({ survey, preset, measurement }: SurveyState): Promise<void> {
    const reading = this.#reading;
    if (reading === undefined || this.#run !== undefined) return;
    // From here on the process belongs to the run: closing the page does not end it.
    const trainer = reading.handOver();
    this.#reading = undefined;
    const totals = totalsOf(survey);
    const plan = planOf(preset, totals, measurement.kind === 'measured' ? measurement.step : undefined);
    const now = new Date();
    const stored: StoredRun = {
      ...this.#store.newRun(now),
      record: {
        name: workspace.name ?? '',
        workspace: workspaceUris(),
        model: reading.model.folder,
        preset,
        hyperparameters: plan.hyperparameters,
        ...totals,
        begun: now.toISOString(),
        state: { kind: 'unfinished' },
      },
    };
    await this.#train(stored, trainer, false, () =>
      trainer.writeTexts({ files: chosenFiles(survey), folder: stored.folders.texts }),
    );
  }

  async #resume(stored: StoredRun): Promise<void> {
    if (this.#run !== undefined) return;
    this.#stopReading();
    this.#interrupted = undefined;
    await this.#train(stored, this.#newTrainer(), true, async () => this.#store.texts(stored));
  }

  async #train(
    stored: StoredRun,
    trainer: TrainerProcess,
    resume: boolean,
    texts: () => Promise<WrittenTexts>,
  ): Promise<void> {
    const run = new TrainingRun(stored, trainer, this.#store, this.log);
    this.#run = run;
    const { preset } = stored.record;
    const show = () => this.#panel.show({ kind: 'running', preset, progress: run.progress, phase: run.phase });
    run.onDidChange(show);
    show();
    const indicator = new RunIndicator(run, () => void this.#askHowToEnd());
    const outcome = await run.run(texts, { ...this.#resources, resume });
    indicator.dispose();
    run.dispose();
    this.#run = undefined;
    await this.#ended(run, outcome);
  }

  async #askHowToEnd(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    const keep = l10n.t('Stop and Keep');
    const pause = l10n.t('Pause');
    const discard = l10n.t('Discard It');
    const learnt = run.progress.step > 0 && run.phase === 'training' ? [keep, pause] : [];
    const choice = await window.showWarningMessage(
      l10n.t('Stop fine-tuning?'),
      { modal: true, detail: l10n.t('What was learnt so far can be kept, or the run can go on later.') },
      ...learnt,
      discard,
    );
    if (this.#run !== run) return;
    if (choice === keep) run.finish();
    if (choice === pause) run.pause();
    if (choice === discard) run.cancel();
  }

  // After

  async #ended(run: TrainingRun, outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'finished':
        return this.#finished(run, outcome);
      case 'paused':
      case 'cancelled':
        if (this.#panel.isOpen) await this.#read();
        return;
      case 'failed':
        // A run without a checkpoint leaves nothing.
        await findInterrupted(this.#store, workspaceUris());
        this.#panel.show({ kind: 'problem', message: outcome.message });
        if (!this.#panel.isVisible) void window.showErrorMessage(outcome.message);
    }
  }

  async #finished(run: TrainingRun, { steps, verdict }: Extract<Outcome, { kind: 'finished' }>): Promise<void> {
    const { adapter } = run.stored.folders;
    const { progress } = run;
    this.#panel.show({ kind: 'finished', progress, steps, verdict, adapter, inUse: chosenAdapter() === adapter });
    // Who looks at the page has been told.
    if (this.#panel.isVisible) return;
    const use = l10n.t('Use It in This Workspace');
    const details = l10n.t('Show Details');
    const buttons = verdict.kind === 'worse' ? [details] : [use, details];
    const choice = await window.showInformationMessage(verdictText(verdict), ...buttons);
    if (choice === use) await this.#use(adapter);
    if (choice === details) this.#panel.reveal();
  }

  async #use(adapter: string): Promise<void> {
    this.#adapterBefore = await applyAdapter(adapter);
    const state = this.#panel.state;
    if (state?.kind === 'finished') this.#panel.show({ ...state, inUse: true });
  }

  async #discard(run: StoredRun): Promise<void> {
    await this.#store.remove(run.folders);
    this.#interrupted = undefined;
    const state = this.#panel.state;
    if (state?.kind !== 'survey') return;
    const { interrupted: _, ...rest } = state;
    this.#panel.show(rest);
  }
}

function workspaceUris(): string[] {
  return (workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString());
}

function chosenFiles(survey: Survey) {
  return survey.files
    .filter(({ chosen }) => chosen)
    .map(({ path, text }) => ({ path, ...(text && { encoding: text.encoding }) }));
}
