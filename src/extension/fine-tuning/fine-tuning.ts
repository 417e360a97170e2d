import { type Disposable, type ExtensionContext, type LogOutputChannel, l10n, Uri, window, workspace } from 'vscode';
import type { ModelIdentity } from '../../protocol/status';
import type { Hyperparameters } from '../../protocol/training';
import { modelInSettings } from '../model-folder';
import { baseToGoOnWith } from './base-search';
import { discardInterrupted, findInterrupted, stillInterrupted } from './interrupted-runs';
import { learntBy } from './learnt';
import { baseFolder, nameOf, nameOfContinuation } from './made-model';
import { MadeModels } from './made-models';
import { ModelActions } from './model-actions';
import { ModelsView } from './models-view';
import { FineTuningPanel } from './panel';
import { planOf } from './presets';
import { offerFolder, refuseUntrusted } from './refusals';
import { ResultPage } from './result-page';
import { RunIndicator } from './run-indicator';
import { type KeepingEnd, keepingEnds } from './run-phase';
import { RunStore, type StoredRun } from './run-store';
import { RunTrash } from './run-trash';
import { chosenFiles, totalsOf } from './survey';
import { SurveyPage, type SurveyState, workspaceUris } from './survey-page';
import type { TrainerProcess } from './trainer-process';
import { Trainers } from './trainers';
import { messageOf, type Outcome, type RunInput, TrainingRun } from './training-run';
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
  /** The result that the page is about to teach further, and its base model. */
  #continued: { readonly run: StoredRun; readonly model: ModelIdentity } | undefined;

  /** What can be done with models that were made. */
  readonly models: ModelActions;

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {
    this.#store = new RunStore(Uri.joinPath(context.globalStorageUri, 'fine-tuning').fsPath);
    this.#trainers = new Trainers(context, log);
    this.#panel = new FineTuningPanel(context.extensionUri);
    this.#survey = new SurveyPage(this.#panel, this.#store, this.#trainers, log);
    this.#result = new ResultPage(this.#panel, this.#store, this.#trainers, log, context.extensionPath);
    this.#panel.onAction((action) => void this.#act(action).catch((error: unknown) => this.#tell(error)));
    this.#panel.onDidClose(() => {
      this.#survey.stop();
      this.#result.stop();
      this.#continued = undefined;
    });
    const trash = new RunTrash(this.#store);
    for (const cleared of [trash.empty(new Date()), this.#store.tidyFinished()]) {
      cleared.catch((error: unknown) => log.warn(String(error)));
    }
    const models = new MadeModels(context, this.#store, this.#trainers, log);
    const view = new ModelsView(models);
    const { extensionPath } = context;
    this.models = new ModelActions({
      models,
      view,
      store: this.#store,
      trash,
      trainers: this.#trainers,
      extensionPath,
    });
    context.subscriptions.push(models, view);
  }

  /** The command: opens the page, unless there is nothing that could be learnt from. */
  async open(): Promise<void> {
    if (!workspace.isTrusted) return refuseUntrusted();
    if (workspace.workspaceFolders === undefined) return offerFolder();
    const finished = this.#panel.state?.kind === 'finished';
    const shown = this.#panel.isOpen || finished;
    this.#panel.reveal();
    if (finished) return this.#result.write();
    if (this.#run !== undefined || shown) return;
    this.#continued = undefined;
    await this.#read();
  }

  /** The command that teaches a result what is new in the workspace: opens the page, with the rest left out. */
  async continueFrom(argument: unknown): Promise<void> {
    if (!workspace.isTrusted) return refuseUntrusted();
    if (workspace.workspaceFolders === undefined) return offerFolder();
    const made = await this.models.usable(argument, l10n.t('Teach a Model What Is New'));
    if (made === undefined) return;
    this.#panel.reveal();
    if (this.#run !== undefined) return;
    const folder = baseFolder(made.run, made.base);
    this.#continued = { run: made.run, model: { name: nameOf(folder), folder } };
    await this.#read();
  }

  /** The command that shows a result again, with what it writes beside what its base does. */
  async showResult(argument: unknown): Promise<void> {
    const made = await this.models.usable(argument, l10n.t('Compare Before and After Fine-Tuning'));
    if (made === undefined) return;
    this.#panel.reveal();
    if (this.#run !== undefined) {
      void window.showInformationMessage(
        l10n.t('A model is being fine-tuned in this window. Wait until that has ended.'),
      );
      return;
    }
    this.#survey.stop();
    await this.#result.show(made.run, baseFolder(made.run, made.base));
    await this.#result.write();
  }

  /** Offers to go on with a run of this workspace that a closed window, a crash or the end of the day interrupted. */
  async offerToResume(): Promise<void> {
    await this.#offerToResume().catch((error: unknown) => this.#tell(error));
  }

  dispose(): void {
    this.#survey.dispose();
    this.#result.dispose();
    this.#panel.dispose();
    this.#run?.dispose();
  }

  /** Tells of an error in what nobody waits for. */
  #tell(error: unknown): void {
    this.log.error(String(error));
    void window.showErrorMessage(messageOf(error));
  }

  async #offerToResume(): Promise<void> {
    if (!workspace.isTrusted || workspace.workspaceFolders === undefined) return;
    const interrupted = await findInterrupted(this.#store, workspaceUris(), ENDING_SECONDS);
    if (interrupted === undefined || this.#run !== undefined) return;
    const { run, step } = interrupted;
    const resume = l10n.t('Resume');
    const discard = l10n.t('Discard It');
    const message = l10n.t('Fine-tuning on this workspace was interrupted after step {0}.', step);
    const choice = await window.showInformationMessage(message, resume, discard, l10n.t('Later'));
    // The notification can be answered hours later: the run may be under way by then, or have its result.
    if (choice === discard) await this.#discard(run);
    if (choice === resume && !(await this.#resume(run))) await this.open();
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
      case 'continue':
        this.#continued = this.#survey.toContinue;
        return this.#read();
      case 'resume':
        if (this.#survey.interrupted !== undefined && !(await this.#resume(this.#survey.interrupted))) {
          await this.#read();
        }
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
    const { run, model = modelInSettings(this.context.extensionPath) } = this.#continued ?? {};
    await this.#survey.read(model, run);
  }

  async #start({ survey, method, preset, measurement }: SurveyState): Promise<void> {
    const begun = this.#run === undefined ? this.#survey.handOver() : undefined;
    if (begun === undefined) return;
    const { trainer, model } = begun;
    const earlier = this.#continued?.run;
    this.#continued = undefined;
    const totals = totalsOf(survey);
    const plan = planOf(preset, method, totals, measurement.kind === 'measured' ? measurement.step : undefined);
    const now = new Date();
    const stored: StoredRun = {
      ...this.#store.newRun(now),
      record: {
        name: earlier === undefined ? (workspace.name ?? '') : await this.#nameAfter(earlier),
        workspace: workspaceUris(),
        model: model.folder,
        preset,
        hyperparameters: earlier === undefined ? plan.hyperparameters : withShapeOf(earlier, plan.hyperparameters),
        ...totals,
        paths: chosenFiles(survey).map(({ path }) => path),
        learnt: learntBy(survey, earlier),
        ...(earlier && { continues: { id: earlier.id, name: earlier.record.name } }),
        begun: now.toISOString(),
        state: { kind: 'unfinished' },
      },
    };
    await this.#train(stored, trainer, false, () =>
      trainer.writeTexts({ files: chosenFiles(survey), folder: stored.folders.texts }),
    );
  }

  async #nameAfter(earlier: StoredRun): Promise<string> {
    const names = (await this.#store.list()).map(({ record }) => record.name);
    return nameOfContinuation(earlier.record.name, names);
  }

  /** Goes on with a run until it has ended. @returns false when it cannot, as it goes on already or has ended. */
  async #resume(stored: StoredRun): Promise<boolean> {
    const now = await stillInterrupted(this.#store, stored);
    if (now === undefined || this.#run !== undefined) return false;
    this.#panel.reveal();
    this.#survey.stop();
    const trainer = this.#trainers.start();
    const { extensionPath } = this.context;
    const search = { ...this.#trainers.resources, store: this.#store, trainer, extensionPath };
    await this.#train(now, trainer, true, async () => ({
      ...this.#store.texts(now),
      model: await baseToGoOnWith(now, search),
    }));
    return true;
  }

  async #discard(stored: StoredRun): Promise<void> {
    if (this.#run?.stored.id !== stored.id) await discardInterrupted(this.#store, stored);
  }

  async #train(
    stored: StoredRun,
    trainer: TrainerProcess,
    resume: boolean,
    input: () => Promise<RunInput>,
  ): Promise<void> {
    const run = new TrainingRun(stored, trainer, this.#store, this.log);
    this.#run = run;
    const { preset, continues } = stored.record;
    const fromAdapter = continues && this.#store.foldersOf(continues.id).adapter;
    const show = () => this.#panel.show({ kind: 'running', preset, progress: run.progress, phase: run.phase });
    run.onDidChange(show);
    show();
    const indicator = new RunIndicator(run, () => {
      this.#askHowToEnd().catch((error: unknown) => this.#tell(error));
    });
    const outcome = await run.run(input, {
      ...this.#trainers.resources,
      resume,
      ...(fromAdapter !== undefined && { fromAdapter }),
    });
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
    const ends = keepingEnds(run.phase, run.progress);
    const buttons = { finish: keep, pause };
    const choice = await window.showWarningMessage(
      l10n.t('Stop fine-tuning?'),
      { modal: true, ...detailOf(ends) },
      ...ends.map((end) => buttons[end]),
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

/** What the question how to end a run says of the ways that lose nothing. */
function detailOf(ends: readonly KeepingEnd[]): { readonly detail?: string } {
  if (ends.includes('finish')) {
    return { detail: l10n.t('What was learnt so far can be kept, or the run can go on later.') };
  }
  return ends.includes('pause') ? { detail: l10n.t('The run can go on later from its last checkpoint.') } : {};
}

/** An adapter that is taught further keeps its rank and scale. */
function withShapeOf({ record }: StoredRun, planned: Hyperparameters): Hyperparameters {
  const earlier = record.hyperparameters;
  if (planned.method === 'full' || earlier.method === 'full') return planned;
  const { lora_r, lora_alpha } = earlier;
  return { ...planned, lora_r, lora_alpha };
}
