import { cpSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFailed } from 'vitest';
import { ROOT } from '../../scripts/editor/vsix';
import { BROKEN_MODELS, copyModel } from '../broken-models';
import { EditorWindow } from './bed/editor-window';
import { resetSettings } from './bed/settings-file';
import { theSidecar } from './bed/sidecar-process';

const EMBEDDED = join(ROOT, 'models/tsuzuki-base-ja');

describe('a model folder whose weights are cut short', () => {
  const folder = join(inject('bed').workspaces, 'models/cut-short');
  const weights = join(folder, 'model.safetensors');
  let window: EditorWindow;

  beforeAll(async () => {
    resetSettings();
    cpSync(EMBEDDED, folder, { recursive: true });
    truncateSync(weights, 1_000_000);
    window = await EditorWindow.open('彼は老いていた。漁師');
  });
  beforeEach(() => {
    onTestFailed(() => window.screenshot('failed-broken-model'));
  });
  afterAll(async () => {
    resetSettings();
    await window.close();
  });

  it('is an error that names the file and the cure, and the sidecar stays up', async () => {
    await window.quickInput.runCommand('Tsuzuki: Choose Model Folder');
    await window.quickInput.title.filter({ hasText: 'Folder of a GPT-2 model' }).waitFor();
    await window.quickInput.enterFolder(folder, 'Use This Model');
    const message = window.toast('model.safetensors');
    await message.waitFor();
    await window.screenshot('broken-model');
    const text = (await message.allInnerTexts()).join();
    expect(text).toContain(weights);
    expect(text).toContain('the file ends too early');
    expect(text).toContain('Download the file again.');
    await window.statusItem.and(window.page.locator('.error-kind, [aria-label*="the file ends too early"]')).waitFor();

    const pid = await theSidecar();
    await window.focusEnd();
    await window.type('は');
    await window.page.waitForTimeout(2000);
    expect(await theSidecar()).toBe(pid);
    expect(await window.ghost.count()).toBe(0);
  });

  it('is loaded once it was repaired and the user restarts', async () => {
    cpSync(join(EMBEDDED, 'model.safetensors'), weights);
    await window.quickInput.runCommand('Tsuzuki: Restart');
    await window.waitForModel('cut-short');
    await window.retype('は');
    await window.ghostText('は');
  });
});

describe('every way in which a model folder can be broken', () => {
  let window: EditorWindow;
  beforeAll(async () => {
    resetSettings();
    window = await EditorWindow.open('彼は老いていた。漁師');
  });
  afterAll(async () => {
    resetSettings();
    await window.close();
  });

  it.each(BROKEN_MODELS.map((broken, number) => ({ ...broken, number })))(
    '$name: the message names what is wrong and the cure, and the sidecar stays up',
    async ({ damage, files, cure, number }) => {
      onTestFailed(() => window.screenshot(`failed-broken-model-${number}`));
      const folder = join(inject('bed').workspaces, `models/broken-${number}`);
      await copyModel(folder);
      await damage(folder);
      // The command is there only while there is something to clear.
      if (number > 0) await window.quickInput.runCommand('Notifications: Clear All Notifications');
      await window.quickInput.runCommand('Tsuzuki: Choose Model Folder');
      // Once a folder is set, the embedded model is offered first.
      if (number > 0) {
        await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Choose another folder' }).click();
      }
      await window.quickInput.title.filter({ hasText: 'Folder of a GPT-2 model' }).waitFor();
      await window.quickInput.enterFolder(folder, 'Use This Model');
      const message = window.toast(`broken-${number}`);
      await message.waitFor();
      const text = (await message.allInnerTexts()).join();
      for (const file of files.length === 0 ? [folder] : files) expect(text).toContain(file);
      expect(text).toMatch(cure);
      const pid = await theSidecar();
      await window.page.waitForTimeout(1000);
      expect(await theSidecar()).toBe(pid);
    },
    40_000,
  );
});
