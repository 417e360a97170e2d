import type { SamplingSettings } from '../../protocol/settings';

/** Sampling that is being tried out: the settings, and what the writer has changed and not saved. */
export interface Draft {
  readonly saved: SamplingSettings;
  readonly changes: Partial<SamplingSettings>;
}

/** The sampling as it would be once saved. */
export function samplingOf({ saved, changes }: Draft): SamplingSettings {
  return { ...saved, ...changes };
}

export function change({ saved, changes }: Draft, more: Partial<SamplingSettings>): Draft {
  return withoutSaved(saved, { ...changes, ...more });
}

/** The settings have changed, here or elsewhere; what the writer is trying out stays. */
export function settingsChanged({ changes }: Draft, saved: SamplingSettings): Draft {
  return withoutSaved(saved, changes);
}

/** What equals the settings is no change. */
function withoutSaved(saved: SamplingSettings, changes: Partial<SamplingSettings>): Draft {
  const differing = Object.entries(changes).filter(([name, value]) => saved[name as keyof SamplingSettings] !== value);
  return { saved, changes: Object.fromEntries(differing) };
}
