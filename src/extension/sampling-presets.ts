import { l10n } from 'vscode';
import { DEFAULT_SETTINGS, type SamplingSettings } from '../protocol/settings';

/** The settings that a preset decides; lengths, alternatives and the seed are the writer's own business. */
export type PresetValues = Pick<SamplingSettings, 'temperature' | 'topK' | 'topP' | 'minP' | 'repetitionPenalty'>;

export const PRESETS = ['cautious', 'standard', 'free'] as const;
export type Preset = (typeof PRESETS)[number];

const { temperature, topK, topP, minP, repetitionPenalty } = DEFAULT_SETTINGS.sampling;

export const PRESET_VALUES: Readonly<Record<Preset, PresetValues>> = {
  cautious: { temperature: 0.7, topK: 40, topP: 0.9, minP: 0, repetitionPenalty: 1.05 },
  standard: { temperature, topK, topP, minP, repetitionPenalty },
  free: { temperature: 1.3, topK: 0, topP: 0.97, minP: 0, repetitionPenalty: 1 },
};

/** The preset that the settings are, if they are one. */
export function presetOf(sampling: PresetValues): Preset | undefined {
  return PRESETS.find((preset) =>
    (Object.entries(PRESET_VALUES[preset]) as [keyof PresetValues, number][]).every(
      ([name, value]) => sampling[name] === value,
    ),
  );
}

export function presetLabel(preset: Preset): string {
  switch (preset) {
    case 'cautious':
      return l10n.t('Cautious');
    case 'standard':
      return l10n.t('Standard');
    case 'free':
      return l10n.t('Free');
  }
}
