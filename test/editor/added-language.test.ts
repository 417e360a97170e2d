import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { EditorWindow } from './bed/editor-window';
import { resetSettings, writeUserSettings } from './bed/settings-file';

let window: EditorWindow;

beforeAll(async () => {
  resetSettings();
  writeUserSettings({ 'tsuzuki.languages': ['restructuredtext'] });
  window = await EditorWindow.open('彼は老いていた。漁師', {}, { name: '章.rst' });
});
afterAll(async () => {
  await window?.close();
  resetSettings();
});

it('a language that was added is continued in a window that has no other document', async () => {
  onTestFailed(() => window.screenshot('failed-added-language'));
  await window.type('は');
  await expect.poll(() => window.shownSuggestion(), { timeout: 20_000 }).not.toBe('');
});
