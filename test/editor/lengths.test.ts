import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { EditorWindow } from './bed/editor-window';
import { resetSettings, writeUserSettings } from './bed/settings-file';
import { until } from './bed/until';

const OPENING = '　朝の港はまだ暗かった。漁師は舟に乗って、';

describe('a suggestion as long as it is asked for', () => {
  let window: EditorWindow;

  beforeAll(async () => {
    writeUserSettings({
      'tsuzuki.stopAt': 'phrase',
      'tsuzuki.sampling.temperature': 0.7,
      // With this seed the first suggestion is two sentences long, and has a 、.
      'tsuzuki.sampling.seed': 6,
    });
    window = await EditorWindow.open();
  });
  beforeEach(() => {
    onTestFailed(() => window.screenshot('failed-lengths'));
  });
  afterAll(async () => {
    await window.close();
    resetSettings();
  });

  /** What is drawn after a key is pressed, once it is of the right shape. */
  async function asked(key: string, shape: RegExp): Promise<string> {
    await window.page.keyboard.press(key);
    return until(`${key}: ${shape}`, async () => {
      const shown = await window.shownGhostText();
      return shape.test(shown) ? shown : undefined;
    });
  }

  it('a phrase as the settings have it, a sentence, a paragraph, one after the other', async () => {
    await window.type(OPENING);
    await window.ghostText('、');
    const phrase = await asked('Control+Alt+.', /^[^、。！？]+、$/u);
    const sentence = await asked('Control+Alt+,', /^[^、。！？]+、[^。！？]+。$/u);
    await window.screenshot('a-sentence');
    const paragraph = await asked('Control+Alt+/', /^[^。！？]+。[^。！？]+。$/u);
    await window.screenshot('a-paragraph');
    expect(sentence.startsWith(phrase)).toBe(true);
    expect(paragraph.startsWith(sentence)).toBe(true);
    await window.page.keyboard.press('Tab');
    expect(await window.save()).toBe(`${OPENING}${paragraph}`);
  });

  it('in the middle of a line, what joins the rest of it', async () => {
    await window.page.keyboard.press('Control+a');
    await window.type('　漁師は舟を出した。その朝、海はとても静かだった。');
    for (let i = 0; i < '海はとても静かだった。'.length; i++) await window.page.keyboard.press('ArrowLeft');
    await window.ghost.first().waitFor({ state: 'detached' });
    const joined = await asked('Control+Alt+.', /./u);
    await window.screenshot('in-the-middle');
    await window.page.keyboard.press('Tab');
    expect(await window.save()).toBe(`　漁師は舟を出した。その朝、${joined}海はとても静かだった。`);
  });
});
