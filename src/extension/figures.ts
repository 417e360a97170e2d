import { env, l10n } from 'vscode';

/** A number as the user's language writes it. */
export function number(value: number, digits = 0): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString(env.language, options);
}

/** How long something takes, as exact as it can be known. */
export function duration(minutes: number): string {
  if (minutes < 1) return l10n.t('less than a minute');
  if (minutes < 90) return l10n.t('about {0} min', number(Math.round(minutes)));
  return l10n.t('about {0} hours', number(minutes / 60, 1));
}

export function bytes(count: number): string {
  const mebibytes = count / 2 ** 20;
  return mebibytes < 1000 ? `${number(mebibytes)} MB` : `${number(mebibytes / 1024, 1)} GB`;
}

export function percent(share: number, digits = 1): string {
  return `${number(share * 100, digits)} %`;
}
