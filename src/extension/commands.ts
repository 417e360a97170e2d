import { commands, Disposable, type ExtensionContext, type LogOutputChannel, l10n, window } from 'vscode';
import type { Length } from '../protocol/length';
import { activeServedDocument } from './documents';
import type { FineTuning } from './fine-tuning/fine-tuning';
import { chooseModelFolder } from './models/choose-folder';
import { ModelMenu } from './models/model-menu';
import { PartialAccept } from './partial-accept';
import type { Pauses } from './pauses/pauses';
import { openSamplingMenu } from './sampling-menu';
import type { SamplingPanel } from './sampling-panel/sampling-panel';
import { readSettings, writeSetting } from './settings';
import type { Sidecar } from './sidecar';
import type { Statistics } from './statistics/statistics';
import type { StatisticsPage } from './statistics/statistics-page';

const ACCEPT_NEXT_LINE = 'editor.action.inlineSuggest.acceptNextLine';

/** What the commands act on. */
export interface CommandTargets {
  readonly context: ExtensionContext;
  readonly sidecar: Sidecar;
  readonly pauses: Pauses;
  readonly fineTuning: FineTuning;
  readonly samplingPanel: SamplingPanel;
  readonly statistics: Statistics;
  readonly statisticsPage: StatisticsPage;
  readonly log: LogOutputChannel;
}

/** Registers every command of the manifest. */
export function registerCommands({
  context,
  sidecar,
  pauses,
  fineTuning,
  samplingPanel,
  statistics,
  statisticsPage,
  log,
}: CommandTargets): Disposable {
  const partialAccept = new PartialAccept(sidecar, statistics);
  const menu = new ModelMenu(context, sidecar, log);
  const { models } = fineTuning;
  const table: Readonly<Record<string, (argument: unknown) => unknown>> = {
    'tsuzuki.trigger': () => suggest(sidecar),
    'tsuzuki.suggestSentence': () => suggest(sidecar, 'sentence'),
    'tsuzuki.suggestParagraph': () => suggest(sidecar, 'paragraph'),
    'tsuzuki.toggle': toggle,
    'tsuzuki.snooze': () => pauses.chooseSnooze(),
    'tsuzuki.acceptNextPhrase': () => partialAccept.accept('phrase'),
    'tsuzuki.acceptNextSentence': () => partialAccept.accept('sentence'),
    'tsuzuki.acceptNextLine': () => statistics.takingPiece(() => commands.executeCommand(ACCEPT_NEXT_LINE)),
    'tsuzuki.restartSidecar': () => sidecar.restart(),
    'tsuzuki.showLog': () => log.show(),
    'tsuzuki.chooseModel': () => menu.open(),
    'tsuzuki.chooseModelFolder': chooseModelFolder,
    'tsuzuki.resetCache': () => menu.resetCache(),
    'tsuzuki.forgetHubToken': () => menu.forgetToken(),
    'tsuzuki.openSamplingMenu': openSamplingMenu,
    'tsuzuki.openSamplingPanel': () => samplingPanel.open(),
    'tsuzuki.showStatistics': () => statisticsPage.open(),
    'tsuzuki.fineTuneWorkspace': () => fineTuning.open(),
    'tsuzuki.chooseFineTunedModel': () => models.choose(),
    'tsuzuki.useFineTunedModel': (model) => models.use(model),
    'tsuzuki.useBaseModel': () => models.goBack(),
    'tsuzuki.continueFineTuning': (model) => fineTuning.continueFrom(model),
    'tsuzuki.compareFineTunedModel': (model) => fineTuning.showResult(model),
    'tsuzuki.renameFineTunedModel': (model) => models.rename(model),
    'tsuzuki.exportAdapter': (model) => models.exportAs('adapter', model),
    'tsuzuki.exportMergedModel': (model) => models.exportAs('merged', model),
    'tsuzuki.revealFineTunedModel': (model) => models.reveal(model),
    'tsuzuki.deleteFineTunedModel': (model) => models.remove(model),
    'tsuzuki.restoreFineTunedModel': () => models.restore(),
  };
  return Disposable.from(menu, ...Object.entries(table).map(([id, run]) => commands.registerCommand(id, run)));
}

/** Asks for a suggestion, of a given length or as the settings have it, or says why none can come. */
async function suggest(sidecar: Sidecar, length?: Length): Promise<void> {
  const document = activeServedDocument();
  if (document === undefined) {
    const language = window.activeTextEditor?.document.languageId;
    const message =
      language === undefined
        ? l10n.t('Open a text to continue first.')
        : l10n.t(
            'Tsuzuki does not continue documents of the language “{0}”. Add it to the setting “tsuzuki.languages”.',
            language,
          );
    void window.showInformationMessage(message);
    return;
  }
  if (!readSettings(document).enabled) {
    const turnOn = l10n.t('Turn Suggestions On');
    const choice = await window.showInformationMessage(l10n.t('Suggestions are off.'), turnOn);
    if (choice !== turnOn) return;
    await writeSetting('enabled', true, document);
  }
  if (length !== undefined) {
    // The editor does not ask again for what it draws already.
    await commands.executeCommand('editor.action.inlineSuggest.hide');
    await sidecar.wantLength({ uri: document.uri.toString(), length });
  }
  await commands.executeCommand('editor.action.inlineSuggest.trigger');
}

/** Switches suggestions on or off where the document being edited is concerned. */
async function toggle(): Promise<void> {
  const document = activeServedDocument();
  await writeSetting('enabled', !readSettings(document).enabled, document);
}
