import { env, l10n } from 'vscode';

/** Bytes as the hub and file managers count them, in millions: `157 MB`, `1.37 GB`. */
export function size(bytes: number): string {
  if (bytes < 999.5e3) return `${digits(bytes / 1e3, 0)} kB`;
  const millions = bytes / 1e6;
  return millions < 999.5 ? `${digits(millions, millions < 9.95 ? 1 : 0)} MB` : `${digits(bytes / 1e9, 2)} GB`;
}

/** Parameters of a model: `336 million parameters`. */
export function parameterCount(count: number): string {
  return l10n.t('{0} M parameters', digits(count / 1e6, count < 9.95e6 ? 1 : 0));
}

/** A speed, rounded to what an estimate can carry. */
export function aboutTokensPerSecond(tokensPerSecond: number): string {
  const rounded = tokensPerSecond < 20 ? Math.max(1, Math.round(tokensPerSecond)) : 5 * Math.round(tokensPerSecond / 5);
  return l10n.t('about {0} tokens/s', digits(rounded, 0));
}

/** A licence as people know it; the hub's own name where there is no better. */
export function licenseName(license: string | undefined): string {
  if (license === undefined) return l10n.t('licence not stated');
  return NAMES[license] ?? license;
}

const NAMES: Readonly<Record<string, string>> = {
  mit: 'MIT',
  'apache-2.0': 'Apache 2.0',
  'cc-by-4.0': 'CC BY 4.0',
  'cc-by-sa-3.0': 'CC BY-SA 3.0',
  'cc-by-sa-4.0': 'CC BY-SA 4.0',
  'cc-by-nc-4.0': 'CC BY-NC 4.0',
};

function digits(value: number, most: number): string {
  return value.toLocaleString(env.language, { maximumFractionDigits: most });
}
