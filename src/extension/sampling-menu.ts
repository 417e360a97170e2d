import { commands, l10n, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import {
  DTYPE_SETTINGS,
  type DtypeSetting,
  SAMPLING_BOUNDS,
  type Settings,
  STOP_AT,
  type StopAt,
} from '../protocol/settings';
import { activeServedDocument } from './documents';
import { readSamplingInput, type SamplingName } from './sampling-input';
import { PRESET_VALUES, PRESETS, type PresetValues, presetLabel, presetOf } from './sampling-presets';
import { readDtype, readSettings, type SettingsScope, writeSetting } from './settings';

/** An entry of the menu. After `run` says so, the menu opens again, to change a further value. */
interface MenuItem extends QuickPickItem {
  run?(): Promise<'again' | 'done'>;
}

/** Shows the settings with their present values until the user has changed all they wanted to. */
export async function openSamplingMenu(): Promise<void> {
  const scope = activeServedDocument();
  for (;;) {
    const picked = await window.showQuickPick(menuItems(readSettings(scope), scope), {
      title: l10n.t('Tsuzuki: How Suggestions Are Drawn'),
      placeHolder: l10n.t('Choose a value to change it'),
      matchOnDescription: true,
    });
    if (picked?.run === undefined || (await picked.run()) === 'done') return;
  }
}

function menuItems(settings: Settings, scope: SettingsScope): MenuItem[] {
  const { sampling } = settings;
  const numeric = (name: SamplingName, label: string, detail: string): MenuItem => ({
    label: `$(settings) ${label}`,
    description: String(sampling[name]),
    detail,
    run: () => changeNumber(name, label, detail, sampling[name], scope),
  });
  return [
    {
      label: settings.enabled
        ? `$(circle-slash) ${l10n.t('Turn Suggestions Off')}`
        : `$(check) ${l10n.t('Turn Suggestions On')}`,
      run: () => change('enabled', !settings.enabled, scope),
    },
    command('$(sparkle)', l10n.t('Suggest Now'), 'tsuzuki.trigger'),
    command('$(bell-slash)', l10n.t('Snooze Suggestions…'), 'tsuzuki.snooze'),
    { label: l10n.t('Sampling'), kind: QuickPickItemKind.Separator },
    {
      label: `$(wand) ${l10n.t('How daring suggestions are')}`,
      description: presetDescription(sampling),
      detail: l10n.t('Sets the five values below at once'),
      run: () => changePreset(sampling, scope),
    },
    numeric('temperature', 'temperature', l10n.t('Higher is more surprising; 0 always takes the likeliest token')),
    numeric('topP', 'top-p', l10n.t('Only the likeliest tokens whose probability adds up to this; 1 is off')),
    numeric('topK', 'top-k', l10n.t('Only this many of the likeliest tokens; 0 is off')),
    numeric('minP', 'min-p', l10n.t('Only tokens with this share of the likeliest one’s probability; 0 is off')),
    numeric('repetitionPenalty', 'repetition penalty', l10n.t('Higher repeats less; 1 is off')),
    {
      label: `$(settings) ${l10n.t('seed')}`,
      description: sampling.seed === null ? l10n.t('random') : String(sampling.seed),
      detail: l10n.t('With a fixed seed the same text always gets the same suggestion'),
      run: () => changeSeed(sampling.seed, scope),
    },
    { label: l10n.t('Suggestions'), kind: QuickPickItemKind.Separator },
    {
      label: `$(list-selection) ${l10n.t('Where a suggestion ends')}`,
      description: stopAtLabel(settings.stopAt),
      run: () => changeStopAt(settings.stopAt, scope),
    },
    numeric('maxNewTokens', l10n.t('Longest suggestion (tokens)'), l10n.t('A token is a character or a short word')),
    {
      label: `$(versions) ${l10n.t('Alternatives')}`,
      description: String(sampling.alternatives),
      detail: l10n.t('How many suggestions to choose from when you ask for one'),
      run: () => changeAlternatives(sampling.alternatives, scope),
    },
    { label: l10n.t('Model'), kind: QuickPickItemKind.Separator },
    {
      label: `$(dashboard) ${l10n.t('Weights')}`,
      description: dtypeLabel(readDtype()),
      detail: l10n.t('Fewer bits write faster and need less memory'),
      run: changeDtype,
    },
    command('$(mortar-board)', l10n.t('Fine-tune on Workspace'), 'tsuzuki.fineTuneWorkspace'),
    command('$(library)', l10n.t('Fine-Tuned Models…'), 'tsuzuki.chooseFineTunedModel'),
    command('$(package)', l10n.t('Choose Model…'), 'tsuzuki.chooseModel'),
    command('$(debug-restart)', l10n.t('Restart'), 'tsuzuki.restartSidecar'),
    command('$(output)', l10n.t('Show Log'), 'tsuzuki.showLog'),
  ];
}

function command(icon: string, label: string, id: string): MenuItem {
  return {
    label: `${icon} ${label}`,
    run: async () => {
      await commands.executeCommand(id);
      return 'done';
    },
  };
}

async function change(key: string, value: unknown, scope: SettingsScope): Promise<'again'> {
  await writeSetting(key, value, scope);
  return 'again';
}

async function changeNumber(
  name: SamplingName,
  label: string,
  prompt: string,
  present: number | null,
  scope: SettingsScope,
): Promise<'again'> {
  const typed = await window.showInputBox({
    title: label,
    prompt,
    value: present === null ? '' : String(present),
    validateInput: (text) => {
      const input = readSamplingInput(name, text);
      return 'problem' in input ? input.problem : undefined;
    },
  });
  if (typed === undefined) return 'again';
  const input = readSamplingInput(name, typed);
  return 'value' in input ? change(`sampling.${name}`, input.value, scope) : 'again';
}

function presetDescription(sampling: PresetValues): string {
  const preset = presetOf(sampling);
  return preset === undefined ? l10n.t('your own values') : presetLabel(preset);
}

async function changePreset(present: PresetValues, scope: SettingsScope): Promise<'again'> {
  const items = PRESETS.map((preset) => {
    const { temperature, topP, topK, minP, repetitionPenalty } = PRESET_VALUES[preset];
    return {
      label: presetLabel(preset),
      description: preset === presetOf(present) ? l10n.t('at present') : '',
      detail: `temperature ${temperature}, top-p ${topP}, top-k ${topK}, min-p ${minP}, repetition penalty ${repetitionPenalty}`,
      preset,
    };
  });
  const picked = await window.showQuickPick(items, { title: l10n.t('How daring suggestions are') });
  if (picked === undefined) return 'again';
  for (const [name, value] of Object.entries(PRESET_VALUES[picked.preset])) {
    await writeSetting(`sampling.${name}`, value, scope);
  }
  return 'again';
}

async function changeSeed(present: number | null, scope: SettingsScope): Promise<'again'> {
  const random = { label: l10n.t('random'), description: l10n.t('A new seed for every suggestion') };
  const fixed = { label: l10n.t('Fixed…'), description: present === null ? '' : String(present) };
  const picked = await window.showQuickPick([random, fixed], { title: l10n.t('seed') });
  if (picked === random) return change('sampling.seed', null, scope);
  if (picked === fixed) return changeNumber('seed', l10n.t('seed'), l10n.t('Any whole number'), present, scope);
  return 'again';
}

async function changeStopAt(present: StopAt, scope: SettingsScope): Promise<'again'> {
  const items = STOP_AT.map((value) => ({ label: stopAtLabel(value), picked: value === present, value }));
  const picked = await window.showQuickPick(items, { title: l10n.t('Where a suggestion ends') });
  return picked === undefined ? 'again' : change('stopAt', picked.value, scope);
}

async function changeAlternatives(present: number, scope: SettingsScope): Promise<'again'> {
  const { minimum, maximum } = SAMPLING_BOUNDS.alternatives;
  const items = Array.from({ length: maximum - minimum + 1 }, (_, index) => {
    const value = minimum + index;
    return { label: String(value), description: value === present ? l10n.t('at present') : '', value };
  });
  const picked = await window.showQuickPick(items, { title: l10n.t('Alternatives') });
  return picked === undefined ? 'again' : change('sampling.alternatives', picked.value, scope);
}

async function changeDtype(): Promise<'again'> {
  const present = readDtype();
  const items = DTYPE_SETTINGS.map((value) => ({ label: dtypeLabel(value), picked: value === present, value }));
  const picked = await window.showQuickPick(items, { title: l10n.t('Weights') });
  return picked === undefined ? 'again' : change('dtype', picked.value, undefined);
}

function dtypeLabel(dtype: DtypeSetting): string {
  switch (dtype) {
    case 'default':
      return l10n.t('By the size of the model');
    case 'fp32':
      return l10n.t('32 bits, as the model came');
    case 'int8':
      return l10n.t('8 bits, as good as 32');
    case 'int4':
      return l10n.t('4 bits, fastest and a little worse');
  }
}

function stopAtLabel(stopAt: StopAt): string {
  switch (stopAt) {
    case 'phrase':
      return l10n.t('Next 、 or end of the sentence');
    case 'sentence':
      return l10n.t('End of the sentence');
    case 'paragraph':
      return l10n.t('End of the paragraph');
    case 'none':
      return l10n.t('Only at the longest length');
  }
}
