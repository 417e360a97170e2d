import {
  type Disposable,
  EventEmitter,
  l10n,
  languages,
  RelativePattern,
  type TextDocument,
  window,
  workspace,
} from 'vscode';
import type { Settings } from '../../protocol/settings';
import { readExclude, readPauseOnBattery, readSettings } from '../settings';
import { type Pause, paused, pauseOf, SNOOZE_CHOICES, type Snooze, type SnoozeChoice, snoozeFor } from './pause';
import { type PowerSource, powerSource } from './power-source';

/** When no suggestion comes by itself, and where none comes at all. */
export class Pauses implements Disposable {
  readonly #changed = new EventEmitter<void>();
  /** Some pause has begun or ended; those that are settings are not told of here. */
  readonly onDidChange = this.#changed.event;
  #snooze: Snooze | undefined;
  #timer: NodeJS.Timeout | undefined;
  #onBattery = false;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly power: PowerSource = powerSource()) {}

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changed.dispose();
  }

  /** Why nothing comes by itself in a document. */
  of(document: TextDocument): Pause | undefined {
    const state = {
      excluded: isExcluded(document),
      snooze: this.#snooze,
      onBattery: this.#onBattery && readPauseOnBattery(),
    };
    return pauseOf(readSettings(document), state, Date.now());
  }

  /** The settings that hold for one document, or for the window as a whole, at this moment. */
  settings(document?: TextDocument): Settings {
    return paused(readSettings(document), document === undefined ? undefined : this.of(document));
  }

  /** Looks at the battery if the writer wants that and it was not looked at lately; costs nothing otherwise. */
  checkPower(): void {
    const now = performance.now();
    if (!readPauseOnBattery() || now - this.#readAt < this.power.everyMs) return;
    this.#readAt = now;
    void this.power.onBattery().then((onBattery = false) => {
      if (onBattery === this.#onBattery) return;
      this.#onBattery = onBattery;
      this.#changed.fire();
    });
  }

  /** Asks how long, or ends a snooze that is under way. */
  async chooseSnooze(): Promise<void> {
    const wake = { label: l10n.t('End the Snooze'), choice: undefined };
    const items = SNOOZE_CHOICES.map((choice) => ({ label: snoozeLabel(choice), choice }));
    const picked = await window.showQuickPick(this.#snooze === undefined ? items : [wake, ...items], {
      title: l10n.t('Tsuzuki: Snooze Suggestions'),
      placeHolder: l10n.t('You can still ask for a suggestion meanwhile'),
    });
    if (picked !== undefined) this.#setSnooze(picked.choice);
  }

  #setSnooze(choice: SnoozeChoice | undefined): void {
    clearTimeout(this.#timer);
    this.#snooze = choice === undefined ? undefined : snoozeFor(choice, Date.now());
    const until = this.#snooze?.until;
    if (typeof until === 'number') this.#timer = setTimeout(() => this.#setSnooze(undefined), until - Date.now());
    this.#changed.fire();
  }
}

/** Whether the document is one of those that the setting names, by globs from its folder of the workspace. */
function isExcluded(document: TextDocument): boolean {
  const folder = workspace.getWorkspaceFolder(document.uri);
  return readExclude(document).some((glob) => {
    const pattern = folder === undefined ? glob : new RelativePattern(folder, glob);
    return languages.match({ pattern }, document) > 0;
  });
}

function snoozeLabel(choice: SnoozeChoice): string {
  return choice === 'restart' ? l10n.t('Until VS Code is started again') : l10n.t('For {0} minutes', choice);
}
