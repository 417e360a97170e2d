import { ConfigurationTarget, type TextDocument, workspace } from 'vscode';
import {
  DEFAULT_SETTINGS,
  type DtypeSetting,
  SETTINGS_SECTION,
  type Settings,
  type StopAt,
  type TriggerMode,
} from '../protocol/settings';
import { placeInWorkspace, placeToWrite } from './setting-place';
import { listIn } from './setting-value';

/** What a setting may depend on: the folder of a document, and its language. */
export type SettingsScope = Pick<TextDocument, 'uri' | 'languageId'> | undefined;

/** The settings that hold for one document, or for the window as a whole. */
export function readSettings(scope?: SettingsScope): Settings {
  const configuration = workspace.getConfiguration(SETTINGS_SECTION, scope);
  const { sampling } = DEFAULT_SETTINGS;
  return {
    enabled: configuration.get('enabled', DEFAULT_SETTINGS.enabled),
    languages: listIn(configuration.get('languages'), DEFAULT_SETTINGS.languages),
    triggerMode: configuration.get<TriggerMode>('triggerMode', DEFAULT_SETTINGS.triggerMode),
    stopAt: configuration.get<StopAt>('stopAt', DEFAULT_SETTINGS.stopAt),
    sampling: {
      temperature: configuration.get('sampling.temperature', sampling.temperature),
      topK: configuration.get('sampling.topK', sampling.topK),
      topP: configuration.get('sampling.topP', sampling.topP),
      minP: configuration.get('sampling.minP', sampling.minP),
      repetitionPenalty: configuration.get('sampling.repetitionPenalty', sampling.repetitionPenalty),
      maxNewTokens: configuration.get('sampling.maxNewTokens', sampling.maxNewTokens),
      alternatives: configuration.get('sampling.alternatives', sampling.alternatives),
      seed: configuration.get<number | null>('sampling.seed', sampling.seed),
    },
  };
}

/** What the weights of the model are to be. */
export function readDtype(): DtypeSetting {
  return workspace.getConfiguration(SETTINGS_SECTION).get<DtypeSetting>('dtype', 'default');
}

/** Threads of the model; 0 when the machine decides. */
export function readThreads(): number {
  return workspace.getConfiguration(SETTINGS_SECTION).get('threads', 0);
}

/** Globs of files in which nothing is suggested. */
export function readExclude(scope?: SettingsScope): readonly string[] {
  return listIn(workspace.getConfiguration(SETTINGS_SECTION, scope).get('exclude'), []);
}

export function readPauseOnBattery(): boolean {
  return workspace.getConfiguration(SETTINGS_SECTION).get('pauseOnBattery', false);
}

/**
 * Writes a setting to the place that decides its present value, so that the new value takes effect: where it is
 * already set, otherwise the user's settings, or those of the workspace where `workspaceOnly` says so.
 */
export async function writeSetting(
  key: string,
  value: unknown,
  scope?: SettingsScope,
  workspaceOnly = false,
): Promise<void> {
  const configuration = workspace.getConfiguration(SETTINGS_SECTION, scope);
  const place = (workspaceOnly ? placeInWorkspace : placeToWrite)(configuration.inspect(key) ?? {});
  const target = {
    folder: ConfigurationTarget.WorkspaceFolder,
    workspace: ConfigurationTarget.Workspace,
    global: ConfigurationTarget.Global,
  }[place.level];
  await configuration.update(key, value, target, place.forLanguage);
}
