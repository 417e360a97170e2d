import { cpSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFailed } from 'vitest';
import { ROOT } from '../../scripts/editor/vsix';
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
