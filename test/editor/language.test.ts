import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, it, onTestFailed } from 'vitest';
import { LoopbackHub } from '../hub/loopback-hub';
import { hasRinnaFixtures, writeRinnaModel } from '../rinna-model';
import { COLOR_THEMES, setColorTheme } from './bed/color-theme';
import { EditorWindow } from './bed/editor-window';
import { addMadeRun, resultsFolder, theInstalledModel } from './bed/made-run';
import { ModelsView } from './bed/models-view';
import { resetSettings, writeMachineSettings, writeUserSettings } from './bed/settings-file';
import { WebPage } from './bed/web-page';

const ID = 'rinna/japanese-gpt2-xsmall';

// One window for all of them: opening it takes longer than most of what is looked at.
describe('a window in Japanese', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'tsuzuki-language-'));
  let hub: LoopbackHub | undefined;
  let window: EditorWindow;

  beforeAll(async () => {
    resetSettings();
    rmSync(resultsFolder(), { recursive: true, force: true });
    await addMadeRun('20261125-130000-000', 4, { name: '短編集', model: theInstalledModel() });
    await addMadeRun('20261125-110000-000', 3, { name: '旧作', model: '/models/medium' }, 'f'.repeat(64));
    if (hasRinnaFixtures) {
      const model = join(scratch, 'model');
      await writeRinnaModel(model, scratch);
      hub = await LoopbackHub.start({ [ID]: model });
      writeMachineSettings({ 'tsuzuki.model.hub': hub.endpoint });
    }
    writeUserSettings({ 'tsuzuki.sampling.temperature': 0 });
    window = await EditorWindow.open('彼は老いていた。漁師', {}, { language: 'ja' });
  });
  beforeEach(() => {
    onTestFailed(() => window.screenshot('failed-language'));
  });
  afterAll(async () => {
    rmSync(resultsFolder(), { recursive: true, force: true });
    resetSettings();
    await window.close();
    await hub?.stop();
    rmSync(scratch, { recursive: true });
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

  it.each(COLOR_THEMES)('shows the menu of the status bar (%s)', async (theme) => {
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

  it.each(['dark', 'light'] as const)('lists the models that were made (%s)', async (theme) => {
    await setColorTheme(window.page, theme);
    const view = new ModelsView(window.page, window.quickInput, 'Tsuzuki のモデル');
    await view.open();
    await view.row('短編集').filter({ hasText: '10.2 % 改善 · 2026/11/25' }).waitFor();
    await view.row('旧作').filter({ hasText: '元のモデルがありません' }).waitFor();
    await view.showTooltip('旧作', '/models/medium に見つかりません');
    await window.screenshot(`models-view-ja-${theme}`);
    await window.page.keyboard.press('Escape');
    await window.quickInput.runCommand('Tsuzuki: 学習したモデル…');
    await window.quickInput.title.filter({ hasText: '学習したモデル' }).waitFor();
    await window.screenshot(`models-picker-ja-${theme}`);
    await window.quickInput.dismiss();
    await view.row('短編集').click({ button: 'right' });
    await window.page.getByRole('menuitem', { name: 'モデル全体を書き出す' }).waitFor();
    await window.screenshot(`models-menu-ja-${theme}`);
    await window.page.keyboard.press('Escape');
  });

  it.skipIf(!hasRinnaFixtures)('asks before a download (needs TSUZUKI_FIXTURES)', async () => {
    await setColorTheme(window.page, 'dark');
    await window.quickInput.runCommand('Tsuzuki: モデルを選ぶ…');
    await window.quickInput.row('Tsuzuki 付属のモデル').waitFor();
    await window.screenshot('model-menu-ja-dark');
    await window.quickInput.choose('ハブにある別のモデル…');
    await window.quickInput.title.filter({ hasText: 'にあるモデルの ID' }).waitFor();
    await window.quickInput.enter(ID);
    const dialog = window.page.locator('.monaco-dialog-box');
    await dialog.filter({ hasText: `${ID} をダウンロードしますか？` }).waitFor();
    await window.screenshot('model-agreement-ja-dark');
    await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  it('shows the sampling panel, and the numbers of what was taken', async () => {
    const page = new WebPage(window.page);
    await window.focusEnd();
    await window.quickInput.runCommand('Tsuzuki: 続きを見ながら生成の設定を決める');
    await page.frame.getByRole('slider', { name: '意外さ' }).waitFor();
    await page.text(/に続く 3 通り$/).waitFor();
    await screenshots('sampling-panel-ja');
    await page.frame.getByRole('slider', { name: '長さ' }).scrollIntoViewIfNeeded();
    await window.screenshot('sampling-panel-ja-values');
    await window.page.locator('.tab', { hasText: '生成の設定' }).click({ button: 'middle' });
    await window.focusEnd();
    await window.type('は');
    await window.ghostText('は');
    await window.page.keyboard.press('Tab');
    await window.quickInput.runCommand('Tsuzuki: 自分の記録を見る');
    await page.frame.getByRole('row', { name: '今日' }).waitFor();
    await page.text('数え方').click();
    await screenshots('statistics-ja');
  });

  async function screenshots(name: string): Promise<void> {
    for (const theme of COLOR_THEMES) {
      await setColorTheme(window.page, theme);
      await window.screenshot(`${name}-${theme}`);
    }
  }
});
