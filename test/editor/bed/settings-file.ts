import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { EDITOR_SETTINGS } from '../../../scripts/editor/profile';

export type SettingValues = Readonly<Record<string, unknown>>;

const BED_SETTINGS = {
  'workbench.reduceMotion': 'on',
  'files.hotExit': 'off',
  // So that setColorTheme reaches it.
  'window.autoDetectColorScheme': true,
} as const;

/** Writes the user's settings: those that every window of the bed has, and `more`. A window reads them when it is opened. */
export function writeUserSettings(more: SettingValues = {}): void {
  write(userFile(), { ...EDITOR_SETTINGS, ...BED_SETTINGS, ...more });
}

/** One of the user's settings as the editor has written it, `undefined` while it stands there not (yet). */
export function settingOnDisk(name: string): unknown {
  const text = readFileSync(userFile(), 'utf8');
  // The editor writes the file in place: for a moment it is empty.
  return text.trimEnd().endsWith('}') ? JSON.parse(text)[name] : undefined;
}

/** Undoes what the tests of one file have set, the path of a model included, which the editor keeps per machine. */
export function resetSettings(): void {
  writeUserSettings();
  rmSync(machineFile(), { force: true });
}

const userFile = (): string => join(inject('bed').profile.userData, 'User/settings.json');
const machineFile = (): string => join(inject('bed').profile.userData, 'Machine/settings.json');

function write(file: string, settings: SettingValues): void {
  mkdirSync(dirname(file), { recursive: true });
  // Whole at once: the editor reads the file as soon as it changes.
  writeFileSync(`${file}.new`, `${JSON.stringify(settings, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
