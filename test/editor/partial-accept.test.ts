import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { nextPart, type PartUnit } from '../../src/text/phrases/next-part';
import { EditorWindow } from './bed/editor-window';
import { resetSettings, writeUserSettings } from './bed/settings-file';
import { until } from './bed/until';

const OPENING = '彼は老いていた。漁師は';

describe('a suggestion taken piece by piece', () => {
  let window: EditorWindow;

  beforeAll(async () => {
    // With this seed the suggestion has several sentences, and begins unlike its alternatives.
    writeUserSettings({ 'tsuzuki.sampling.seed': 2, 'tsuzuki.stopAt': 'paragraph' });
    window = await EditorWindow.open();
  });
  beforeEach(async () => {
    onTestFailed(() => window.screenshot('failed-partial-accept'));
    await window.page.keyboard.press('Control+a');
    await window.type(OPENING.slice(0, -1));
    await window.type('は');
  });
  afterAll(async () => {
    await window.close();
    resetSettings();
  });

  /** The ghost text has become `rest`. */
  async function left(rest: string): Promise<void> {
    await until(`the rest “${rest}”`, async () => (await window.shownGhostText()) === rest);
  }

  /** Takes the next piece of what is drawn; returns what is left of it. */
  async function take(unit: PartUnit, key: string, before: string, offered: string): Promise<string> {
    const part = nextPart(unit, before, offered);
    expect(part).not.toBe(offered);
    await window.page.keyboard.press(key);
    await left(offered.slice(part.length));
    return offered.slice(part.length);
  }

  it('by 文節, the rest staying; one undo takes one back', async () => {
    const offered = await window.ghostText('は');
    const rest = await take('phrase', 'Control+ArrowRight', OPENING, offered);
    const taken = offered.slice(0, offered.length - rest.length);
    await window.screenshot('partial-accept');
    const shorter = await take('phrase', 'Control+ArrowRight', OPENING + taken, rest);
    expect(await window.save()).toBe(OPENING + offered.slice(0, offered.length - shorter.length));

    await window.page.keyboard.press('Control+z');
    expect(await window.save()).toBe(OPENING + taken);
  });

  it('by 文節 as fast as the key repeats', async () => {
    const offered = await window.ghostText('は');
    let taken = '';
    for (let i = 0; i < 4; i++) {
      taken += nextPart('phrase', OPENING + taken, offered.slice(taken.length));
      await window.page.keyboard.press('Control+ArrowRight');
    }
    await left(offered.slice(taken.length));
    expect(await window.save()).toBe(OPENING + taken);
  });

  it('by sentences', async () => {
    const offered = await window.ghostText('は');
    const rest = await take('sentence', 'Control+ArrowDown', OPENING, offered);
    expect(await window.save()).toBe(OPENING + offered.slice(0, offered.length - rest.length));
  });

  it('of the alternative that is drawn', async () => {
    const first = await window.ghostText('は');
    await window.page.keyboard.press('Control+Alt+.');
    await until('another alternative', async () => {
      await window.page.keyboard.press('Alt+]');
      return (await window.shownGhostText()) !== first;
    });
    const second = await window.ghostText('は');
    expect(second).not.toBe(first);
    const rest = await take('phrase', 'Control+ArrowRight', OPENING, second);
    expect(await window.save()).toBe(OPENING + second.slice(0, second.length - rest.length));
  });

  it('by lines, and by sentences that begin a line', async () => {
    await window.close();
    // With these it has several lines.
    writeUserSettings({ 'tsuzuki.sampling.seed': 3, 'tsuzuki.stopAt': 'none' });
    window = await EditorWindow.open(OPENING.slice(0, -1));
    await window.type('は');
    await window.ghostText('は');
    await window.page.keyboard.press('Control+Alt+Enter');
    const cursor = window.page.locator('.statusbar-item[id="status.editor.selection"]');
    await cursor.filter({ hasText: 'Ln 2, Col 1' }).waitFor();
    await window.ghost.first().waitFor();
    // What is then left begins with a line break, and is drawn below the line.
    for (const line of [2, 3]) {
      await window.page.keyboard.press('Control+ArrowDown');
      await cursor.filter({ hasText: new RegExp(`Ln ${line}, Col (?!1\\b)`) }).waitFor();
    }
    const taken = await window.save();
    expect(taken).toMatch(/^彼は老いていた。漁師は[^\n]+。\n[^\n]+。\n[^\n]+。$/u);
    await window.page.keyboard.press('Control+z');
    expect(await window.save()).toBe(taken.slice(0, taken.lastIndexOf('\n')));
  });
});
