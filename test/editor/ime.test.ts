import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { nextPart } from '../../src/text/phrases/next-part';
import { EditorWindow } from './bed/editor-window';
import { GhostRecord } from './bed/ghost-record';
import { greedyContinuation } from './bed/greedy-continuation';
import { resetSettings, writeUserSettings } from './bed/settings-file';
import { theSidecar } from './bed/sidecar-process';
import { until } from './bed/until';

const WRITTEN = '彼は老いていた。';
/** Long enough for an answer to a step of the composition, so that a wrong one could be drawn. */
const STEP_MS = 400;

describe('an input method', () => {
  let window: EditorWindow;
  let record: GhostRecord;

  beforeAll(async () => {
    // The likeliest token: the text says what is offered.
    writeUserSettings({ 'tsuzuki.sampling.temperature': 0 });
    window = await EditorWindow.open();
    record = await GhostRecord.start(window.page);
  });
  beforeEach(async () => {
    onTestFailed(() => window.screenshot('failed-ime'));
    await window.page.keyboard.press('Control+a');
    await window.type(WRITTEN);
    await window.page.waitForTimeout(STEP_MS);
    await record.take();
  });
  afterAll(async () => {
    await window.close();
    resetSettings();
  });

  async function show(...steps: readonly string[]): Promise<void> {
    for (const step of steps) {
      await window.inputMethod.show(step);
      await window.page.waitForTimeout(STEP_MS);
    }
  }

  it.each([
    ['romaji', ['ｒ', 'りｙ', 'りょ', 'りょう', 'りょうｓ', 'りょうし', 'りょうしｈ', 'りょうしは', '漁師は']],
    ['kana', ['り', 'りょ', 'りょう', 'りょうし', 'りょうしは', '漁師は']],
    ['clause by clause', ['りょうしはふねに', '漁師は船に', '猟師は船に', '漁師は舟に', '漁師は船に']],
  ])('%s: only what continues the committed text is drawn, and not before', async (name, steps) => {
    const text = steps.at(-1) ?? '';
    await show(...steps);
    expect(await record.ghosts()).toEqual([]);
    await window.screenshot(`ime-${name.replaceAll(' ', '-')}-composing`);

    await window.inputMethod.commit({ text });
    const offered = await window.ghostText(text.slice(-1));
    expect(await record.ghosts()).toEqual([await greedyContinuation(WRITTEN + text)]);
    await window.screenshot(`ime-${name.replaceAll(' ', '-')}`);
    await window.page.keyboard.press('Tab');
    expect(await window.save()).toBe(WRITTEN + text + offered);
  });

  it('cancelled: what was offered before comes back, and nothing else', async () => {
    await window.type('漁師は');
    const offered = await window.ghostText('は');
    await record.take();
    await show('ｈ', 'ふ', 'ふｎ', 'ふね');
    await window.inputMethod.cancel();
    await until('the suggestion', async () => (await window.shownGhostText()) === offered);
    expect(new Set(await record.ghosts())).toEqual(new Set([offered]));
    expect(await window.save()).toBe(`${WRITTEN}漁師は`);
  });

  it('by way of kana: what goes along with the suggestion keeps the rest of it', async () => {
    await window.type('漁師は');
    const offered = await window.ghostText('は');
    await window.page.keyboard.press('Control+ArrowRight');
    const rest = await until('the rest', async () => {
      const shown = await window.shownGhostText();
      return shown !== '' && shown !== offered && offered.endsWith(shown) && shown;
    });
    const next = nextPart('phrase', `${WRITTEN}漁師は${offered.slice(0, -rest.length)}`, rest);
    await record.take();
    // Kana that say nothing of the suggestion stand there before the characters that do.
    await show('ｋ', 'かな', 'かなで', next);
    await window.inputMethod.commit({ text: next });
    const left = rest.slice(next.length);
    expect(left).not.toBe('');
    await until('what is left', async () => (await window.shownGhostText()) === left);
    expect(new Set(await record.ghosts())).toEqual(new Set([left]));
  });

  it('reconverts what was written: the suggestion goes with the new text', async () => {
    await window.type('猟師は');
    await window.ghostText('は');
    // An input method takes the selected words back into a composition.
    for (let i = 0; i < 3; i++) await window.page.keyboard.press('Shift+ArrowLeft');
    await window.ghost.first().waitFor({ state: 'detached' });
    await record.take();
    await show('猟師は', 'りょうしは', '漁師は');
    expect(await record.ghosts()).toEqual([]);
    await window.inputMethod.commit({ text: '漁師は' });
    await window.ghostText('は');
    expect(await record.ghosts()).toEqual([await greedyContinuation(`${WRITTEN}漁師は`)]);
  });

  it('commits before the answer is there: nothing is drawn until then', async () => {
    const sidecar = await theSidecar();
    await show('りょうしは');
    process.kill(sidecar, 'SIGSTOP');
    try {
      await show('漁師は');
      await window.inputMethod.commit({ text: '漁師は' });
      await window.page.waitForTimeout(STEP_MS);
      expect(await record.ghosts()).toEqual([]);
    } finally {
      process.kill(sidecar, 'SIGCONT');
    }
    await window.ghostText('は');
    expect(await record.ghosts()).toEqual([await greedyContinuation(`${WRITTEN}漁師は`)]);
  });

  it('takes no suggestion with Tab while there are candidates', async () => {
    await window.type('漁師は');
    const offered = await window.ghostText('は');
    await show('ふね', '船');
    await window.page.keyboard.press('Tab');
    await window.inputMethod.commit({ text: '船' });
    expect(await window.save()).not.toContain(offered);
  });

  it.each([1, 2, 4])('Tab takes a suggestion that begins with a full-width space, tabs %d wide', async (tabSize) => {
    await window.quickInput.runCommand('Change Tab Display Size');
    await window.quickInput.choose(String(tabSize));
    await window.page
      .locator('.statusbar-item[id="status.editor.indentation"]', { hasText: new RegExp(`: ${tabSize}\\b`) })
      .waitFor();
    const text = '　彼は老いていた。\n　漁師は海を見ていた。\n　船が来た。\n';
    await window.focusEnd();
    await window.page.keyboard.press('Control+a');
    await window.type(text);
    await window.page.keyboard.press('Control+Alt+.');
    const offered = await window.ghostText('\n');
    expect(offered).toMatch(/^　/u);
    await window.page.keyboard.press('Tab');
    expect(await window.save()).toBe(text + offered);
  });
});
