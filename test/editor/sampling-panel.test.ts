import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFailed } from 'vitest';
import { nextPart } from '../../src/text/phrases/next-part';
import { COLOR_THEMES, setColorTheme } from './bed/color-theme';
import { EditorWindow } from './bed/editor-window';
import { resetSettings, writeUserSettings } from './bed/settings-file';
import { until } from './bed/until';
import { WebPage } from './bed/web-page';

const OPENING = '彼は老いていた。漁師は';
const SETTINGS = { 'tsuzuki.sampling.seed': 7 };
let window: EditorWindow;
let page: WebPage;

/** Where the writer's own numbers are kept: one place for all windows of a profile. */
const statisticsFolder = () => join(inject('bed').profile.userData, 'User/globalStorage/tsuzuki.tsuzuki/statistics');

beforeAll(async () => {
  resetSettings();
  rmSync(statisticsFolder(), { recursive: true, force: true });
  writeUserSettings(SETTINGS);
  window = await EditorWindow.open(OPENING, {
    '.vscode/settings.json': '{ "tsuzuki.sampling.temperature": 1.2 }',
  });
  page = new WebPage(window.page);
});
beforeEach(() => {
  onTestFailed(() => window.screenshot('failed-sampling-panel'));
});
afterAll(async () => {
  await window.close();
  resetSettings();
});

async function screenshots(name: string): Promise<void> {
  for (const theme of COLOR_THEMES) {
    await setColorTheme(window.page, theme);
    await window.screenshot(`${name}-${theme}`);
  }
}

describe('the sampling panel', () => {
  const workspaceSettings = () => join(dirname(window.file), '.vscode/settings.json');
  const temperature = () => page.frame.getByRole('slider', { name: 'Surprise' });
  const texts = () => page.frame.locator('.continuations:not(.outdated) .text').allInnerTexts();

  /** The three continuations once they are written. */
  const written = () =>
    until('three continuations', async () => {
      const all = await texts();
      return all.length === 3 && all;
    });

  it('shows three continuations of the text at the cursor', async () => {
    await window.quickInput.runCommand('Tsuzuki: Try Out How Suggestions Are Drawn');
    const all = await written();
    expect(new Set(all).size).toBe(3);
    for (const text of all) expect(text.startsWith(OPENING)).toBe(true);
    expect(await temperature().inputValue()).toBe('1.2');
    await screenshots('sampling-panel');
  });

  it('writes them anew when a slider moves, before anything is saved', async () => {
    const before = await written();
    await temperature().focus();
    await temperature().press('Home');
    const greedy = await until('other continuations', async () => {
      const all = await texts();
      return all.length === 3 && all[0] !== before[0] && all;
    });
    expect(new Set(greedy).size).toBe(1);
    await page.text('Not saved yet').waitFor();
    expect(await page.frame.locator('#field-temperature').inputValue()).toBe('0');
    expect(readFileSync(workspaceSettings(), 'utf8')).toContain('1.2');
  });

  it('says what is wrong with a number, and takes the digits of an input method', async () => {
    const topK = page.frame.locator('#field-topK');
    await topK.fill('４０００');
    await page.text('Please type a number from 0 to 1000.').waitFor();
    expect(await page.button('Write Like This').isDisabled()).toBe(true);
    await topK.fill('４０');
    await until('the slider to follow', async () => (await page.frame.locator('#slider-topK').inputValue()) === '40');
  });

  it('saves where the values are kept, and ghost text is drawn with them', async () => {
    await page.button('Write Like This').click();
    await page.text('Suggestions are drawn like this.').waitFor();
    const saved = await until('the settings of the workspace', () => {
      const text = readFileSync(workspaceSettings(), 'utf8');
      return text.includes('"tsuzuki.sampling.topK": 40') && JSON.parse(text);
    });
    expect(saved).toEqual({ 'tsuzuki.sampling.temperature': 0, 'tsuzuki.sampling.topK': 40 });
    const [greedy = ''] = await written();
    await window.focusEnd();
    await window.retype('は');
    expect(OPENING + (await window.ghostText('は'))).toBe(greedy);
  });

  it('follows the cursor once it rests', async () => {
    await window.type('海で');
    await page.text(/continuations of “.*漁師は海で”/).waitFor();
    for (const text of await written()) expect(text.startsWith(`${OPENING}海で`)).toBe(true);
  });

  it('sets a preset, and discards it', async () => {
    const free = page.frame.getByRole('button', { name: 'Free' });
    await free.click();
    await until('it to be chosen', async () => (await free.getAttribute('aria-pressed')) === 'true');
    await until('its value', async () => (await page.frame.locator('#field-temperature').inputValue()) === '1.3');
    await page.button('Discard Changes').click();
    await page.text('Suggestions are drawn like this.').waitFor();
    expect(await page.frame.locator('#field-temperature').inputValue()).toBe('0');
  });
});

describe("the writer's own numbers", () => {
  const counted = () => page.row('Today');

  it('count what is taken by Tab and by 文節', async () => {
    await window.page.locator('.tab', { hasText: 'How Suggestions' }).click({ button: 'middle' });
    const offer = async () => {
      await window.focusEnd();
      await window.page.keyboard.press('Control+a');
      await window.type(OPENING.slice(0, -1));
      await window.type('は');
      return window.ghostText('は');
    };
    const whole = await offer();
    await window.page.keyboard.press('Tab');
    expect(await window.save()).toBe(OPENING + whole);

    const offered = await offer();
    const part = nextPart('phrase', OPENING, offered);
    expect(part).not.toBe(offered);
    await window.page.keyboard.press('Control+ArrowRight');
    await until('the rest', async () => (await window.shownGhostText()) === offered.slice(part.length));

    await window.quickInput.runCommand('Tsuzuki: Show My Numbers');
    const characters = [...whole].length + [...part].length;
    const row = await until('the characters taken', async () => {
      const cells = await counted();
      return Number(cells[4]) >= characters && cells;
    });
    const [shown = '', accepted, partly, , taken, saved] = row;
    expect(Number(shown)).toBeGreaterThanOrEqual(2);
    expect([accepted, partly, taken]).toEqual(['1', '1', String(characters)]);
    expect(saved).toBe(String(characters - 2));
    await screenshots('statistics');
  });

  it('are numbers and the names of models, and nothing else', () => {
    const lines = readdirSync(statisticsFolder()).flatMap((file) =>
      readFileSync(join(statisticsFolder(), file), 'utf8').split('\n'),
    );
    const written = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
    expect(written.length).toBeGreaterThan(0);
    for (const { model, ...counts } of written) {
      expect(model).toBe('tsuzuki-base-ja');
      expect(Object.keys(counts)).toEqual(['shown', 'accepted', 'partly', 'characters', 'keys']);
      expect(Object.values(counts).every(Number.isInteger)).toBe(true);
    }
  });

  it('are deleted with one click and a word of consent', async () => {
    await page.button('Delete All Numbers…').click();
    const dialog = window.page.getByRole('dialog');
    await dialog.getByText('Delete all numbers that were counted?').waitFor();
    await window.screenshot('statistics-delete');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.text('Nothing has been counted yet').waitFor();
    expect(existsSync(statisticsFolder())).toBe(false);
  });
});
