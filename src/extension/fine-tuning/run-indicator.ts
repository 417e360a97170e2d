import { type Disposable, l10n, ProgressLocation, StatusBarAlignment, type StatusBarItem, window } from 'vscode';
import { duration, number } from '../figures';
import type { TrainingRun } from './training-run';

/** Shows a run outside its page: an item in the status bar, and a notification whose “Cancel” asks what to do. */
export class RunIndicator implements Disposable {
  readonly #item: StatusBarItem;
  readonly #subscription: Disposable;
  #end: () => void = () => undefined;

  constructor(
    private readonly run: TrainingRun,
    onCancel: () => void,
  ) {
    this.#item = window.createStatusBarItem('tsuzuki.fineTuning', StatusBarAlignment.Right, 99);
    this.#item.name = l10n.t('Tsuzuki: Fine-Tuning');
    this.#item.command = 'tsuzuki.fineTuneWorkspace';
    this.#item.show();
    const options = {
      location: ProgressLocation.Notification,
      title: l10n.t('Tsuzuki: Fine-Tuning'),
      cancellable: true,
    };
    void window.withProgress(options, (progress, token) => {
      token.onCancellationRequested(onCancel);
      let reported = 0;
      const report = () => {
        const { step, totalSteps } = this.run.progress;
        const percent = totalSteps === 0 ? 0 : (step / totalSteps) * 100;
        progress.report({ message: progressText(this.run), increment: percent - reported });
        reported = percent;
      };
      const subscription = this.run.onDidChange(report);
      token.onCancellationRequested(() => subscription.dispose());
      return new Promise<void>((resolve) => {
        this.#end = () => {
          subscription.dispose();
          resolve();
        };
      });
    });
    this.#subscription = run.onDidChange(() => this.#update());
    this.#update();
  }

  dispose(): void {
    this.#end();
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #update(): void {
    const text = progressText(this.run);
    this.#item.text = `$(mortar-board) ${text}`;
    this.#item.tooltip = l10n.t('Fine-tuning goes on. Click to see how.');
    this.#item.accessibilityInformation = { label: `${l10n.t('Tsuzuki: Fine-Tuning')}: ${text}` };
  }
}

function progressText({ progress, phase }: TrainingRun): string {
  const { step, totalSteps, secondsLeft } = progress;
  if (phase === 'starting') return l10n.t('Getting ready…');
  const steps = `${number(step)}/${number(totalSteps)}`;
  return secondsLeft === undefined ? steps : `${steps} · ${l10n.t('{0} left', duration(secondsLeft / 60))}`;
}
