import { l10n } from 'vscode';
import { SAMPLING_BOUNDS, type SamplingSettings } from '../protocol/settings';

export type SamplingName = keyof SamplingSettings;

/** A number the user typed, or what is wrong with it. */
export type SamplingInput = { readonly value: number } | { readonly problem: string };

/** Reads a number typed for one sampling setting; full-width digits, as an IME writes them, are digits too. */
export function readSamplingInput(name: SamplingName, typed: string): SamplingInput {
  const { minimum, maximum, integer } = SAMPLING_BOUNDS[name];
  const text = typed.normalize('NFKC').replace(/。/gu, '.').trim();
  const value = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) return { problem: l10n.t('Please type a number.') };
  if (integer && !Number.isInteger(value)) return { problem: l10n.t('Please type a whole number.') };
  if (value < minimum || value > maximum) {
    return { problem: l10n.t('Please type a number from {0} to {1}.', minimum, maximum) };
  }
  return { value };
}
