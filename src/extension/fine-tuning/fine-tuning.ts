import { type Disposable, type ExtensionContext, type LogOutputChannel, l10n, Uri, window, workspace } from 'vscode';
import type { WrittenTexts } from '../../protocol/manuscripts';
import { modelInSettings } from '../model-folder';
import { findInterrupted } from './interrupted-runs';
import { pickFineTunedModel } from './model-picker';
import { FineTuningPanel } from './panel';
import { planOf } from './presets';
import { offerFolder, refuseUntrusted } from './refusals';
import { ResultPage } from './result-page';
import { RunIndicator } from './run-indicator';
import { RunStore, type StoredRun } from './run-store';
import { type Survey, totalsOf } from './survey';
import { SurveyPage, type SurveyState, workspaceUris } from './survey-page';
import type { TrainerProcess } from './trainer-process';
import { Trainers } from './trainers';
import { messageOf, type Outcome, TrainingRun } from './training-run';
import type { PanelAction } from './views/panel-state';

/**
 * A trainer whose window was closed is waited for this long, as it may have a long step to end on a busy machine;
 * then its run counts as one of another window.
 */
const ENDING_SECONDS = 300;

/** "Fine-tune on workspace": from the command to a result that the workspace uses. */
export class FineTuning implements Disposable {
  readonly #panel: FineTuningPanel;
  readonly #store: RunStore;
  readonly #trainers: Trainers;
  readonly #survey: SurveyPage;
  readonly #result: ResultPage;
  #run: TrainingRun | undefined;

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {
    this.#store = new RunStore(Uri.joinPath(context.globalStorageUri, 'fine-tuning').fsPath);
    this.#trainers = new Trainers(context, log);
    this.#panel = new FineTuningPanel(context.extensionUri);
    this.#survey = new SurveyPage(this.#panel, this.#store, this.#trainers, log);
    this.#result = new ResultPage(this.#panel, this.#store, this.#trainers, log);
    this.#panel.onAction((action) => {
      this.#act(action).catch((error: unknown) => {
        log.error(String(error));
        void window.showErrorMessage(messageOf(error));
      });
    });
    this.#panel.onDidClose(() => {
      this.#survey.stop();
      this.#result.stop();
    });
  }

  /** The command: opens the page, unless there is nothing that could be learnt from. */
  async open(): Promise<void> {
    if (!workspace.isTrusted) return refuseUntrusted();
    if (workspace.workspaceFolders === undefined) return offerFolder();
    const finished = this.#panel.state?.kind === 'finished';
    const shown = this.#panel.isOpen || finished;
    this.#panel.reveal();
    if (finished) await this.#result.write();
    else if (this.#run === undefined && !shown) await this.#read();
  }

  /** The command that lists the models one has made. */
  chooseModel(): Promise<void> {
    return pickFineTunedModel(this.#store);
  }

  /** Shows the result of a run that has ended, with what it writes beside what its base does. */
  async showResult(run: StoredRun): Promise<void> {
    this.#panel.reveal();
    if (this.#run !== undefined) {
      void window.showInformationMessage(
        l10n.t('A model is being fine-tuned in this window. Wait until that has ended.'),
      );
      return;
    }
    this.#survey.stop();
    await this.#result.show(run);
    await this.#result.write();
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
    this.#survey.dispose();
    this.#result.dispose();
    this.#panel.dispose();
    this.#run?.dispose();
  }

  async #act(message: PanelAction): Promise<void> {
    switch (message.action) {
      case 'read-again':
        return this.#read();
      case 'choose':
        return this.#survey.choose(message.value, message.checked);
      case 'preset':
        return this.#survey.choosePreset(message.value);
      case 'start':
        if (this.#panel.state?.kind === 'survey') await this.#start(this.#panel.state);
        return;
      case 'resume':
        if (this.#survey.interrupted !== undefined) await this.#resume(this.#survey.interrupted);
        return;
      case 'discard':
        return this.#survey.discardInterrupted();
      case 'pause':
        return this.#run?.pause();
      case 'finish':
        return this.#run?.finish();
      case 'cancel':
        return this.#askHowToEnd();
      case 'compare':
        return this.#result.compare(message.value);
      case 'use':
        return this.#result.use();
      case 'go-back':
        return this.#result.goBack();
    }
  }

  async #read(): Promise<void> {
    if (this.#run !== undefined) return;
    this.#result.stop();
    await this.#survey.read(modelInSettings(this.context.extensionPath));
  }

  async #start({ survey, preset, measurement }: SurveyState): Promise<void> {
    const begun = this.#run === undefined ? this.#survey.handOver() : undefined;
    if (begun === undefined) return;
    const { trainer, model } = begun;
    const totals = totalsOf(survey);
    const plan = planOf(preset, totals, measurement.kind === 'measured' ? measurement.step : undefined);
    const now = new Date();
    const stored: StoredRun = {
      ...this.#store.newRun(now),
      record: {
        name: workspace.name ?? '',
        workspace: workspaceUris(),
        model: model.folder,
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
    this.#survey.stop();
    await this.#train(stored, this.#trainers.start(), true, async () => this.#store.texts(stored));
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
    const outcome = await run.run(texts, { ...this.#trainers.resources, resume });
    indicator.dispose();
    run.dispose();
    this.#run = undefined;
    await this.#ended(outcome);
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

  async #ended(outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'finished':
        await this.#result.show(outcome.run);
        await Promise.all([this.#result.write(), this.#result.announce()]);
        return;
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
}

function chosenFiles(survey: Survey) {
  return survey.files
    .filter(({ chosen }) => chosen)
    .map(({ path, text }) => ({ path, ...(text && { encoding: text.encoding }) }));
}
