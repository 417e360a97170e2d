import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '../../../scripts/editor/profile';
import { ROOT } from '../../../scripts/editor/vsix';

/** A language in which a window can be opened. */
export type Language = 'en' | 'ja';

/** What the browser tells the server to prefer. */
export const BROWSER_LOCALES: Readonly<Record<Language, string>> = { en: 'en-US', ja: 'ja-JP' };

/** What our own texts say in one language, found by the English text as `l10n.t` does. */
export type Wording = (english: string, ...values: readonly (string | number)[]) => string;

/**
 * Makes Japanese a language that the editor has, beside English. VS Code's own Japanese comes from its marketplace only;
 * this pack translates nothing of the editor itself, and extensions speak Japanese: ours does, the menus around it not.
 */
export async function installJapanese({ userData }: Pick<Profile, 'userData'>): Promise<void> {
  const translations = join(userData, 'ja.i18n.json');
  await writeFile(translations, '{ "contents": {} }\n');
  const pack = {
    hash: 'tsuzuki-ja',
    extensions: [{ extensionIdentifier: { id: 'tsuzuki.language-pack-ja' }, version: '1.0.0' }],
    translations: { vscode: translations },
    label: '日本語',
  };
  await writeFile(join(userData, 'languagepacks.json'), JSON.stringify({ ja: pack }));
  // Without this file the server would answer every browser in English.
  await mkdir(join(userData, 'User'), { recursive: true });
  await writeFile(join(userData, 'User/argv.json'), '{}\n');
}

export async function wordingIn(language: Language): Promise<Wording> {
  const bundle: Readonly<Record<string, string>> =
    language === 'en' ? {} : JSON.parse(await readFile(join(ROOT, 'l10n/bundle.l10n.ja.json'), 'utf8'));
  return (english, ...values) => {
    const text = language === 'en' ? english : bundle[english];
    if (text === undefined) throw new Error(`l10n/bundle.l10n.ja.json does not say: ${english}`);
    return text.replace(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
  };
}
