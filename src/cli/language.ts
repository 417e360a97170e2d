export type Language = 'ja' | 'en';

/**
 * The language of messages, as POSIX has it: the first of these variables that is not empty. Where none is set, as on
 * Windows, the system's own says.
 */
export function languageOf(environment: NodeJS.ProcessEnv, systemLocale: string): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  return /^ja/i.test(LC_ALL || LC_MESSAGES || LANG || systemLocale) ? 'ja' : 'en';
}
