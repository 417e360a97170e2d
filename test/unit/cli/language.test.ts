import { expect, test } from 'vitest';
import { languageOf } from '../../../src/cli/language';

test.each([
  [{ LC_ALL: 'ja_JP.UTF-8', LANG: 'en_US.UTF-8' }, 'en-US', 'ja'],
  [{ LC_ALL: 'C', LANG: 'ja_JP.UTF-8' }, 'ja-JP', 'en'],
  // What is empty says nothing.
  [{ LC_ALL: '', LANG: 'ja_JP.UTF-8' }, 'en-US', 'ja'],
  [{ LC_ALL: '', LC_MESSAGES: 'en_US.UTF-8', LANG: 'ja_JP.UTF-8' }, 'ja-JP', 'en'],
  // Windows sets none of them.
  [{}, 'ja-JP', 'ja'],
  [{}, 'en-GB', 'en'],
] as const)('%j on a system in %s: messages in %s', (environment, locale, language) => {
  expect(languageOf(environment, locale)).toBe(language);
});
