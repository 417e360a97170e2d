import { afterAll, beforeAll, beforeEach, describe, it, onTestFailed } from 'vitest';
import { COLOR_THEMES, setColorTheme } from './bed/color-theme';
import { EditorWindow } from './bed/editor-window';
import { resetSettings, writeUserSettings } from './bed/settings-file';

describe('a window in Japanese', () => {
  let window: EditorWindow;

  beforeAll(async () => {
    writeUserSettings({ 'tsuzuki.sampling.temperature': 0 });
    window = await EditorWindow.open('彼は老いていた。漁師', {}, { language: 'ja' });
  });
  beforeEach(() => {
    onTestFailed(() => window.screenshot('failed-language'));
  });
  afterAll(async () => {
    await window.close();
    resetSettings();
  });

  it('has its commands in Japanese', async () => {
    await window.page.keyboard.press('F1');
    // The list draws only the lines in view.
    await window.page.keyboard.insertText('Tsuzuki: 続きを提案');
    await window.quickInput.row('Tsuzuki: 続きを提案する').waitFor();
    await window.screenshot('commands-ja');
    await window.quickInput.dismiss();
    await window.focusEnd();
  });

  it.each(COLOR_THEMES)('shows the menu of the status bar in Japanese (%s)', async (theme) => {
    await setColorTheme(window.page, theme);
    await window.focusEnd();
    await window.type('は');
    await window.ghostText('は');
    await window.screenshot(`ghost-text-ja-${theme}`);
    await window.statusItem.click();
    await window.quickInput.title.filter({ hasText: 'Tsuzuki: 生成の設定' }).waitFor();
    await window.quickInput.row('続きの提案を止める').waitFor();
    await window.screenshot(`sampling-menu-ja-${theme}`);
    await window.quickInput.dismiss();
    await window.focusEnd();
    await window.page.keyboard.press('Backspace');
  });
});
