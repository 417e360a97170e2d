import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything one editor keeps on disk, in a folder of its own: the user's own profile is never touched. */
export interface Profile {
  readonly folder: string;
  /** VS Code's `--user-data-dir`. */
  readonly userData: string;
  /** VS Code's `--extensions-dir`. */
  readonly extensions: string;
  /** The user's settings.json. */
  readonly settingsFile: string;
  remove(): Promise<void>;
}

/** Settings of the editor that suit Japanese prose and a first look, and keep VS Code quiet. */
export const EDITOR_SETTINGS = {
  'editor.inlineSuggest.enabled': true,
  'editor.fontFamily': "'Noto Sans Mono CJK JP', 'Noto Sans CJK JP', 'Yu Gothic', 'Hiragino Sans', monospace",
  'editor.fontSize': 18,
  'editor.lineHeight': 1.8,
  'editor.wordWrap': 'on',
  'editor.unicodeHighlight.ambiguousCharacters': false,
  'editor.unicodeHighlight.invisibleCharacters': false,
  'editor.occurrencesHighlight': 'off',
  'editor.minimap.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  // In the browser VS Code saves by itself; on the desktop it does not.
  'files.autoSave': 'off',
  'window.restoreWindows': 'none',
} as const;

/** A new, empty profile in the system's folder for temporary files. */
export async function createProfile(settings: object): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'tsuzuki-editor-'));
  const userData = join(folder, 'user');
  const extensions = join(folder, 'extensions');
  const settingsFile = join(userData, 'User/settings.json');
  await mkdir(join(userData, 'User'), { recursive: true });
  await mkdir(extensions);
  await writeFile(settingsFile, `${JSON.stringify(settings, null, 2)}\n`);
  return {
    folder,
    userData,
    extensions,
    settingsFile,
    // What the editor's processes still write while they end may put a file into a folder being removed.
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }),
  };
}
