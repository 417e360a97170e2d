import { l10n, window } from 'vscode';
import { applyAdapter, chosenAdapter, restoreAdapter } from './adapter';
import type { FineTuningPanel } from './panel';
import type { Outcome, TrainingRun } from './training-run';
import { verdictText } from './views/finished-view';

/** What the page shows after a run, and what can be done with the result. */
export class ResultPage {
  /** What the workspace used before it used the result. */
  #adapterBefore: string | undefined;

  constructor(private readonly panel: FineTuningPanel) {}

  /** Shows what a run has brought; who does not look at the page is told by a notification. */
  async show(run: TrainingRun, { steps, verdict }: Extract<Outcome, { kind: 'finished' }>): Promise<void> {
    const { adapter } = run.stored.folders;
    const { progress } = run;
    this.panel.show({ kind: 'finished', progress, steps, verdict, adapter, inUse: chosenAdapter() === adapter });
    if (this.panel.isVisible) return;
    const use = l10n.t('Use It in This Workspace');
    const details = l10n.t('Show Details');
    const buttons = verdict.kind === 'worse' ? [details] : [use, details];
    const choice = await window.showInformationMessage(verdictText(verdict), ...buttons);
    if (choice === use) await this.#use(adapter);
    if (choice === details) this.panel.reveal();
  }

  /** Has the workspace use the result that is shown. */
  async use(): Promise<void> {
    const { state } = this.panel;
    if (state?.kind === 'finished') await this.#use(state.adapter);
  }

  /** Has the workspace use what it used before. */
  async goBack(): Promise<void> {
    const { state } = this.panel;
    if (state?.kind !== 'finished') return;
    await restoreAdapter(this.#adapterBefore);
    this.panel.show({ ...state, inUse: false });
  }

  async #use(adapter: string): Promise<void> {
    this.#adapterBefore = await applyAdapter(adapter);
    const { state } = this.panel;
    if (state?.kind === 'finished') this.panel.show({ ...state, inUse: true });
  }
}
