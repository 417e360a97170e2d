import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { setColorTheme } from './bed/color-theme';
import { EditorWindow } from './bed/editor-window';
import { resetSettings } from './bed/settings-file';

describe('the walkthrough page', () => {
  let window: EditorWindow;

  beforeAll(async () => {
    resetSettings();
    window = await EditorWindow.open('彼は老いていた。漁師');
    await window.quickInput.runCommand('Welcome: Open Walkthrough');
    await window.quickInput.choose('Write with 続き Tsuzuki');
    await window.page.locator('.getting-started-category', { hasText: 'Write with 続き Tsuzuki' }).first().waitFor();
  });
  beforeEach(() => {
    onTestFailed(() => window.screenshot('failed-walkthrough'));
  });
  afterAll(() => window.close());

  it.each([
    ['Write', 'write', 'Write, and see what could come next', 'never leaves this machine'],
    ['Take it, whole or by the phrase', 'accept', 'Take all of it, or just the next phrase', '文節'],
    ['Teach it your voice', 'fine-tune', 'Teach it your voice', 'on this machine'],
    ['Take a larger model', 'model', 'A larger model writes better', '1.37 GB to download'],
  ])('“%s” has a page of its own', async (step, name, heading, says) => {
    await window.page.locator('.getting-started-step .step-title', { hasText: step }).first().click();
    const page = window.page.frameLocator('iframe.webview.ready').last().frameLocator('#active-frame');
    await page.locator('h1', { hasText: heading }).waitFor();
    expect(await page.locator('body').textContent()).toContain(says);
    await window.screenshot(`walkthrough-${name}`);
  });

  it('opens the menu of models', async () => {
    await window.page.locator('.getting-started-step.expanded').getByText('Choose Model…').click();
    await window.quickInput.row('rinna/japanese-gpt2-medium').waitFor();
    await window.quickInput.dismiss();
  });

  it('speaks Japanese, in dark colours too', async () => {
    await window.close();
    window = await EditorWindow.open('彼は老いていた。漁師', {}, { language: 'ja' });
    await setColorTheme(window.page, 'dark');
    await window.quickInput.runCommand('Welcome: Open Walkthrough');
    await window.quickInput.choose('続き Tsuzuki で書く');
    await window.page.locator('.getting-started-step .step-title', { hasText: '大きなモデルを使う' }).first().click();
    const page = window.page.frameLocator('iframe.webview.ready').last().frameLocator('#active-frame');
    await page.locator('h1', { hasText: '大きなモデルは、文章がよくなります' }).waitFor();
    await window.screenshot('walkthrough-model-ja-dark');
  });
});
