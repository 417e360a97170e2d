import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { EditorWindow } from './bed/editor-window';
import type { Composition } from './bed/input-method';
import { writeUserSettings } from './bed/settings-file';
import { sidecarPids, theSidecar } from './bed/sidecar-process';

const HE: Composition = { readings: ['ｋ', 'かれ', 'かれは'], text: '彼は' };
const OLD: Composition = { readings: ['お', 'おい', 'おいていた', 'おいていた。'], text: '老いていた。' };
const FISHERMAN: Composition = { readings: ['ｒ', 'りょ', 'りょうし', 'りょうしは'], text: '漁師は' };

/** Until the editor has asked for ghost text after a keystroke, and until what a sidecar answers is drawn: ample. */
const ASKED_AFTER_MS = 200;
const ANSWERED_AFTER_MS = 1500;

describe('ghost text in a window', () => {
  let window: EditorWindow;

  beforeAll(async () => {
    // Always the same words; without a seed the model may now and then end the paragraph at once.
    writeUserSettings({ 'tsuzuki.sampling.seed': 1 });
    window = await EditorWindow.open();
  });
  beforeEach(() => {
    onTestFailed(() => window.screenshot('failed-ghost-text'));
  });
  afterAll(() => window.close());

  it('continues what an input method wrote, is taken with Tab, and is saved', async () => {
    await window.inputMethod.compose(HE);
    await window.inputMethod.commit(HE);
    await window.ghostText('は');

    await window.inputMethod.compose(OLD);
    await window.ghost.first().waitFor({ state: 'detached' });
    await window.inputMethod.commit(OLD);
    await window.inputMethod.compose(FISHERMAN);
    await window.inputMethod.commit(FISHERMAN);
    const offered = await window.ghostText('は');
    await window.screenshot('ghost-text');
    expect(offered).toMatch(/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{P}ー]+$/u);

    await window.page.keyboard.press('Tab');
    expect(await window.save()).toBe(`彼は老いていた。漁師は${offered}`);
  });

  it('is not drawn where the cursor was when it was asked for', async () => {
    const sidecar = await theSidecar();
    // An answer that takes its time, as that of a large model does.
    process.kill(sidecar, 'SIGSTOP');
    await window.page.keyboard.press('Control+a');
    await window.type('漁師は舟を出した。その朝、海は静かだった。');
    for (let i = 0; i < '静かだった。'.length; i++) {
      await window.page.keyboard.press('ArrowLeft');
      if (i === 0) await window.page.waitForTimeout(ASKED_AFTER_MS);
    }
    process.kill(sidecar, 'SIGCONT');
    await window.page.waitForTimeout(ANSWERED_AFTER_MS);
    expect(await window.shownGhostText()).toBe('');
    // It was on its way: where the cursor stays, it is drawn.
    await window.page.keyboard.press('End');
    await window.retype('。');
    await window.page.keyboard.press('ArrowLeft');
    await window.ghost.first().waitFor();
  });

  it('leaves no process behind when the window is closed', async () => {
    expect(sidecarPids()).toHaveLength(1);
    await window.close();
    expect(sidecarPids()).toEqual([]);
    window = await EditorWindow.open();
  });
});
