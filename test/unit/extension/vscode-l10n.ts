/** The part of `vscode` that pure functions use: English text with its placeholders filled. */
export const l10n = {
  t: (text: string, ...values: readonly unknown[]): string =>
    text.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)])),
};

/** The editor speaks English. */
export const env = { language: 'en' };
