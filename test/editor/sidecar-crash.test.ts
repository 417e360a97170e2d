import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { EditorWindow } from './bed/editor-window';
import { resetSettings } from './bed/settings-file';
import { killSidecar, sidecarPids, theSidecar } from './bed/sidecar-process';

/** How often the extension starts a sidecar again before it asks the user. */
const RESTARTS = 3;

describe('a sidecar that is killed', () => {
  let window: EditorWindow;

  beforeAll(async () => {
    resetSettings();
    window = await EditorWindow.open('彼は老いていた。漁師');
  });
  beforeEach(() => {
    onTestFailed(() => window.screenshot('failed-sidecar-crash'));
  });
  afterAll(() => window.close());

  it('comes back, and so does ghost text', async () => {
    await window.type('は');
    await window.ghostText('は');
    const killed = await killSidecar();
    expect(await theSidecar()).not.toBe(killed);
    await window.waitForModel();
    await window.retype('は');
    await window.ghostText('は');
  });

  it('is given up when it happens again and again, with a way to the log', async () => {
    for (let kills = 1; kills < RESTARTS + 1; kills++) {
      await killSidecar();
      if (kills < RESTARTS) await theSidecar();
    }
    const message = window.toast('Tsuzuki stopped unexpectedly several times and was not started again.');
    await message.waitFor();
    await window.screenshot('given-up');
    expect(sidecarPids()).toEqual([]);

    await message.getByRole('button', { name: 'Show Log' }).click();
    await window.page.locator('.part.panel .output-view', { hasText: 'signal SIGKILL' }).waitFor();
    await window.screenshot('log');
  });

  it('starts again when the user asks for it', async () => {
    await window.quickInput.runCommand('Tsuzuki: Restart');
    await theSidecar();
    await window.focusEnd();
    await window.waitForModel();
    await window.retype('は');
    await window.ghostText('は');
  });
});
