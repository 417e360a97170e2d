import {
  CancellationTokenSource,
  type Disposable,
  type ExtensionContext,
  env,
  type LogOutputChannel,
  l10n,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { WrittenTexts } from '../../protocol/manuscripts';
import { modelInSettings } from '../model-folder';
import { readThreads } from '../settings';
import { applyAdapter, chosenAdapter, restoreAdapter } from './adapter';
import { discoverManuscripts } from './discovery';
import { findInterrupted, type InterruptedRun } from './interrupted-runs';
import { pickFineTunedModel } from './model-picker';
import { FineTuningPanel } from './panel';
import { MEASURED, planOf } from './presets';
import { offerFolder, refuseUntrusted } from './refusals';
import { RunIndicator } from './run-indicator';
import { RunStore, type StoredRun } from './run-store';
import { choose, type Survey, surveyOf, totalsOf } from './survey';
import { TrainerProcess } from './trainer-process';
import { messageOf, type Outcome, TrainingRun } from './training-run';
import { verdictText } from './views/finished-view';
import type { PanelAction, PanelState } from './views/panel-state';

/** A trainer whose window was closed is waited for this long before its run counts as one of another window. */
const ENDING_SECONDS = 20;

type SurveyState = Extract<PanelState, { kind: 'survey' }>;

/** "Fine-tune on workspace": from the command to a result that the workspace uses. */
export class FineTuning implements Disposable {
  readonly #panel: FineTuningPanel;
  readonly #store: RunStore;
  #reading = new CancellationTokenSource();
  /** Reads and measures; trains once a run has it. */
  #trainer: TrainerProcess | undefined;
  #run: TrainingRun | undefined;
  #interrupted: InterruptedRun | undefined;
  /** What the workspace used before it used the last result. */
  #adapterBefore: string | undefined;

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {
    this.#store = new RunStore(this.#resultsFolder);
    this.#panel = new FineTuningPanel(context.extensionUri);
    this.#panel.onAction((action) => void this.#act(action));
    this.#panel.onDidClose(() => this.#stopReading());
  }

  /** The command: opens the page, unless there is nothing that could be learnt from. */
  async open(): Promise<void> {
    if (!workspace.isTrusted) return refuseUntrusted();
    if (workspace.workspaceFolders === undefined) return offerFolder();
    this.#panel.reveal();
    if (this.#run === undefined && this.#panel.state?.kind !== 'finished') await this.#read();
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

  get #cacheFolder(): string {
    return Uri.joinPath(this.context.globalStorageUri, 'cache').fsPath;
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
        if (this.#interrupted !== undefined) await this.#resume(this.#interrupted.run);
        return;
      case 'discard':
        if (this.#interrupted !== undefined) await this.#discard(this.#interrupted.run);
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
      case 'show-folder': {
        const folder = state?.kind === 'finished' ? state.adapter : this.#resultsFolder;
        await env.openExternal(Uri.file(folder));
      }
    }
  }

  // Before it starts

  #stopReading(): void {
    this.#reading.cancel();
    this.#reading.dispose();
    this.#reading = new CancellationTokenSource();
    this.#trainer?.dispose();
    this.#trainer = undefined;
  }

  /** Reads the workspace and shows what is in it, then measures a step. */
  async #read(): Promise<void> {
    if (this.#run !== undefined) return;
    this.#stopReading();
    const { token } = this.#reading;
    const trainer = this.#newTrainer();
    this.#trainer = trainer;
    const model = modelInSettings(this.context.extensionPath);
    try {
      this.#panel.show({ kind: 'reading', read: 0, total: 0 });
      const { files, excluded } = await discoverManuscripts(token);
      const total = files.length;
      const onRead = (read: number) => {
        if (!token.isCancellationRequested) this.#panel.show({ kind: 'reading', read, total });
      };
      const reports = await trainer.readManuscripts({ files, model: model.folder }, onRead, token);
      const interrupted = await findInterrupted(this.#store, workspaceUris());
      if (token.isCancellationRequested) return;
      this.#interrupted = interrupted;
      this.#panel.show({
        kind: 'survey',
        survey: surveyOf(reports, excluded, (path) => workspace.asRelativePath(path)),
        preset: 'standard',
        measurement: { kind: 'measuring' },
        model: model.name,
        results: this.#resultsFolder,
        ...(interrupted && { interrupted: { ...interrupted.run.record, step: interrupted.step } }),
      });
    } catch (error) {
      if (token.isCancellationRequested) return;
      this.log.error(String(error));
      this.#panel.show({ kind: 'problem', message: messageOf(error) });
      return;
    }
    await this.#measure(trainer, model.folder);
  }

  async #measure(trainer: TrainerProcess, model: string): Promise<void> {
    const { token } = this.#reading;
    const threads = readThreads();
    const tell = (measurement: SurveyState['measurement']) => {
      const state = this.#panel.state;
      if (!token.isCancellationRequested && state?.kind === 'survey') this.#panel.show({ ...state, measurement });
    };
    try {
      const params = { model, hyperparameters: MEASURED, cacheFolder: this.#cacheFolder };
      const step = await trainer.measureStep({ ...params, ...(threads > 0 && { threads }) }, token);
      tell({ kind: 'measured', step });
    } catch (error) {
      if (!token.isCancellationRequested) this.log.error(String(error));
      tell({ kind: 'failed', message: messageOf(error) });
    }
  }

  #newTrainer(): TrainerProcess {
    return new TrainerProcess(this.context.asAbsolutePath('dist/trainer.js'), this.log);
  }

  // While it runs

  async #start({ survey, preset, measurement }: SurveyState): Promise<void> {
    const trainer = this.#trainer;
    if (trainer === undefined || this.#run !== undefined) return;
    // From here on the process belongs to the run: closing the page does not end it.
    this.#trainer = undefined;
    this.#reading.cancel();
    const totals = totalsOf(survey);
    const plan = planOf(preset, totals, measurement.kind === 'measured' ? measurement.step : undefined);
    const now = new Date();
    const stored: StoredRun = {
      ...this.#store.newRun(now),
      record: {
        name: workspace.name ?? '',
        workspace: workspaceUris(),
        model: modelInSettings(this.context.extensionPath).folder,
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
    const threads = readThreads();
    const outcome = await run.run(texts, {
      resume,
      cacheFolder: this.#cacheFolder,
      ...(threads > 0 && { threads }),
    });
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
