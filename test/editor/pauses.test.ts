import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { EditorWindow } from './bed/editor-window';
import { resetSettings, writeUserSettings } from './bed/settings-file';
import { theSidecar } from './bed/sidecar-process';

const TEXT = '彼は老いていた。漁師';
/** Long enough for a suggestion that should not come. */
const NOTHING_MS = 1200;
/** So long VS Code waits for ghost text before it looks for words to complete instead, unless told otherwise. */
const WORDS_AFTER_MS = 750;

const FILES = {
  'notes/覚え書き.txt': TEXT,
  '章.md': TEXT,
  '章.tex': TEXT,
  '.vscode/settings.json': JSON.stringify({
    'tsuzuki.exclude': ['notes/**'],
    '[markdown]': { 'tsuzuki.enabled': false },
    '[latex]': { 'tsuzuki.triggerMode': 'manual' },
  }),
};

async function nothingComes(window: EditorWindow): Promise<void> {
  await window.page.waitForTimeout(NOTHING_MS);
  expect(await window.shownSuggestion()).toBe('');
}

async function openFile(window: EditorWindow, name: string): Promise<void> {
  await window.page.keyboard.press('Control+p');
  await window.quickInput.widget.locator('input.input').first().fill(name);
  await window.quickInput.choose(name);
  await window.page.locator('.tab.active', { hasText: name }).waitFor();
  await window.focusEnd();
}

describe('a writer who does not want to be disturbed, in Japanese', () => {
  let window: EditorWindow;

  beforeAll(async () => {
    resetSettings();
    writeUserSettings({ 'tsuzuki.sampling.temperature': 0 });
    window = await EditorWindow.open(`海を見ていた。\n${TEXT}`, FILES, { language: 'ja' });
  });
  beforeEach(() => {
    onTestFailed(() => window.screenshot('failed-pauses'));
  });
  afterAll(async () => {
    await window.close();
    resetSettings();
  });

  it('snoozes: nothing comes by itself, what is asked for comes, and the status bar says until when', async () => {
    await window.statusItem.click();
    await window.quickInput.choose('提案をしばらく止める…');
    await window.quickInput.row('5 分間').waitFor();
    await window.screenshot('snooze-menu-ja');
    await window.quickInput.choose('5 分間');
    await window.status('Snoozed until {0}.').waitFor();
    await window.focusEnd();
    await window.type('は');
    await nothingComes(window);
    await window.statusItem.hover();
    await window.page.getByText('まで提案を止めています。').first().waitFor();
    await window.screenshot('snoozed-ja');
    await window.page.keyboard.press('Control+Alt+.');
    await window.ghost.first().waitFor();

    await window.statusItem.click();
    await window.quickInput.choose('提案をしばらく止める…');
    await window.quickInput.choose('提案を再開する');
    await window.waitForModel();
    await window.focusEnd();
    await window.retype('は');
    await window.ghostText('は');
  });

  it('excludes files by globs: not even what is asked for comes there, and the reason is said', async () => {
    await openFile(window, '覚え書き.txt');
    await window.status('This file is excluded by the setting “tsuzuki.exclude”.').waitFor();
    await window.type('は');
    await window.page.keyboard.press('Control+Alt+.');
    await window.toast(window.wording('This file is excluded by the setting “tsuzuki.exclude”.')).waitFor();
    await nothingComes(window);
    await window.screenshot('excluded-ja');
  });

  it('is left alone in a language that is switched off', async () => {
    await openFile(window, '章.md');
    await window.status('Suggestions are off.').waitFor();
    await window.type('は');
    await nothingComes(window);
  });

  it('gets suggestions on request only where the mode is manual', async () => {
    await openFile(window, '章.tex');
    await window.status('Suggestions come when you ask for them.').waitFor();
    await window.type('は');
    await nothingComes(window);
    await window.page.keyboard.press('Control+Alt+.');
    await window.ghost.first().waitFor();
    await window.screenshot('manual-ja');
  });

  it('gets a suggestion that took its time, and no list of words instead', async () => {
    await openFile(window, 'manuscript.txt');
    const sidecar = await theSidecar();
    process.kill(sidecar, 'SIGSTOP');
    try {
      // The beginning of a word that stands above.
      await window.type('。\n海');
      await window.page.waitForTimeout(2 * WORDS_AFTER_MS);
    } finally {
      process.kill(sidecar, 'SIGCONT');
    }
    await window.ghost.first().waitFor();
    expect(await window.page.locator('.suggest-widget.visible').count()).toBe(0);
    await window.screenshot('no-word-list');
  });

  it('selects: what was offered goes, and nothing comes', async () => {
    await window.page.keyboard.press('Shift+ArrowLeft');
    await window.page.keyboard.press('Control+Alt+.');
    await nothingComes(window);
    await window.page.keyboard.press('ArrowRight');
  });

  it('writes at several cursors: nothing comes at any', async () => {
    await window.page.keyboard.press('Shift+Alt+ArrowUp');
    await window.page.locator('.statusbar-item[id="status.editor.selection"]', { hasText: /^2\b/ }).waitFor();
    await window.type('は');
    await window.page.keyboard.press('Control+Alt+.');
    await nothingComes(window);
    await window.screenshot('several-cursors');
  });
});
