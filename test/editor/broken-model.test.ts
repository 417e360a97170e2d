import { cpSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFailed } from 'vitest';
import { ROOT } from '../../scripts/editor/vsix';
import { BROKEN_MODELS, copyModel } from '../broken-models';
import { EditorWindow } from './bed/editor-window';
import { resetSettings } from './bed/settings-file';
import { theSidecar } from './bed/sidecar-process';

const EMBEDDED = join(ROOT, 'models/tsuzuki-base-ja');

let window: EditorWindow;
/** Set once a folder is: the embedded model is then offered first, and there is a message to clear. */
let chosen = false;
/** The sidecar that has refused a model last. */
let refused: number | undefined;

beforeAll(async () => {
  resetSettings();
  window = await EditorWindow.open('彼は老いていた。漁師');
});
beforeEach(async () => {
  onTestFailed(() => window.screenshot('failed-broken-model'));
  // It has not ended in the meantime.
  if (refused !== undefined) expect(await theSidecar()).toBe(refused);
});
afterAll(async () => {
  resetSettings();
  await window.close();
});

/** Chooses a model's folder; what was said before is cleared. */
async function choose(folder: string): Promise<void> {
  // The command is there only while there is something to clear.
  if (chosen) await window.quickInput.runCommand('Notifications: Clear All Notifications');
  await window.quickInput.runCommand('Tsuzuki: Choose Model Folder');
  if (chosen) await window.quickInput.choose('Choose another folder');
  await window.quickInput.title.filter({ hasText: 'Folder of a GPT-2 model' }).waitFor();
  await window.quickInput.enterFolder(folder, 'Use This Model');
  chosen = true;
}

/** The message that says this, and the sidecar that is still there to have said it. */
async function message(text: string): Promise<string> {
  const toast = window.toast(text);
  await toast.waitFor();
  refused = await theSidecar();
  return (await toast.allInnerTexts()).join();
}

describe('every way in which a model folder can be broken', () => {
  it.each(BROKEN_MODELS.map((broken, number) => ({ ...broken, number })))(
    '$name: the message names what is wrong and the cure, and the sidecar stays up',
    async ({ damage, files, cure, number }) => {
      const folder = join(inject('bed').workspaces, `models/broken-${number}`);
      await copyModel(folder);
      await damage(folder);
      await choose(folder);
      const text = await message(`broken-${number}`);
      for (const file of files.length === 0 ? [folder] : files) expect(text).toContain(file);
      expect(text).toMatch(cure);
    },
    40_000,
  );
});

describe('a model folder whose weights are cut short', () => {
  const folder = join(inject('bed').workspaces, 'models/cut-short');
  const weights = join(folder, 'model.safetensors');

  beforeAll(() => {
    cpSync(EMBEDDED, folder, { recursive: true });
    truncateSync(weights, 1_000_000);
  });

  it('is an error that names the file and the cure, and the sidecar stays up', async () => {
    await choose(folder);
    const text = await message('cut-short');
    await window.screenshot('broken-model');
    expect(text).toContain(weights);
    expect(text).toContain('the file ends too early');
    expect(text).toContain('Download the file again.');
    await window.statusItem.and(window.page.locator('.error-kind, [aria-label*="the file ends too early"]')).waitFor();

    await window.focusEnd();
    await window.type('は');
    await window.page.waitForTimeout(2000);
    expect(await theSidecar()).toBe(refused);
    expect(await window.ghost.count()).toBe(0);
  });

  it('is loaded once it was repaired and the user restarts', async () => {
    refused = undefined;
    cpSync(join(EMBEDDED, 'model.safetensors'), weights);
    await window.quickInput.runCommand('Tsuzuki: Restart');
    await window.waitForModel('cut-short');
    await window.retype('は');
    await window.ghostText('は');
  });
});
