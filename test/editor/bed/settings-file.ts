import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { EDITOR_SETTINGS } from '../../../scripts/editor/profile';

export type SettingValues = Readonly<Record<string, unknown>>;

/** Writes the user's settings: those that every window of the bed has, and `more`. The editor notices by itself. */
export function writeUserSettings(more: SettingValues = {}): void {
  const settings = { ...EDITOR_SETTINGS, 'workbench.reduceMotion': 'on', 'files.hotExit': 'off', ...more };
  write(userFile(), settings);
}

/** The settings as the editor has written them. */
export function readUserSettings(): SettingValues {
  return JSON.parse(readFileSync(userFile(), 'utf8'));
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
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
}
