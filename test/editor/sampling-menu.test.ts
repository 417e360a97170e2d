import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { EditorWindow } from './bed/editor-window';
import { greedyContinuation } from './bed/greedy-continuation';
import { resetSettings, settingOnDisk, writeUserSettings } from './bed/settings-file';
import { until } from './bed/until';

const PROMPT = '彼は老いていた。漁師は';

describe('the sampling menu behind the status bar item', () => {
  let window: EditorWindow;

  beforeAll(async () => {
    resetSettings();
    writeUserSettings({ 'tsuzuki.sampling.seed': 7 });
    window = await EditorWindow.open(PROMPT.slice(0, -1));
  });
  beforeEach(() => {
    onTestFailed(() => window.screenshot('failed-sampling-menu'));
  });
  afterAll(() => window.close());

  it('sets the temperature, and the next suggestion is drawn with it', async () => {
    const greedy = await greedyContinuation(PROMPT);
    await window.type('は');
    expect(await window.ghostText('は')).not.toBe(greedy);

    await window.statusItem.click();
    await window.quickInput.row('temperature').waitFor();
    await window.screenshot('sampling-menu');
    await window.quickInput.choose('temperature');
    await window.quickInput.title.filter({ hasText: 'temperature' }).waitFor();
    await window.quickInput.enter('0');
    await until('the new value in settings.json', () => settingOnDisk('tsuzuki.sampling.temperature') === 0);
    await window.quickInput.row('temperature').waitFor(); // the menu is back, for a further value
    await window.quickInput.dismiss();
    await window.statusItem.filter({ hasText: 'T0' }).waitFor();

    await window.focusEnd();
    await window.retype('は');
    expect(await window.ghostText('は')).toBe(greedy);
  });

  it('sets a preset, and the status bar says its name', async () => {
    await window.statusItem.click();
    await window.quickInput.choose('How daring suggestions are');
    await window.quickInput.title.filter({ hasText: 'How daring suggestions are' }).waitFor();
    await window.screenshot('sampling-presets');
    await window.quickInput.choose('Free');
    await until('the preset in settings.json', () => settingOnDisk('tsuzuki.sampling.temperature') === 1.3);
    await until('all of it', () => settingOnDisk('tsuzuki.sampling.topK') === 0);
    await window.quickInput.row('How daring suggestions are').waitFor();
    await window.quickInput.dismiss();
    await window.statusItem.filter({ hasText: 'Free #7' }).waitFor();
  });

  it('says why a value cannot be taken, and leaves the setting alone', async () => {
    await window.statusItem.click();
    await window.quickInput.choose('top-p');
    await window.quickInput.title.filter({ hasText: 'top-p' }).waitFor();
    await window.quickInput.enter('1.5');
    await window.quickInput.widget.getByText('Please type a number from 0 to 1.').waitFor();
    await window.page.keyboard.press('Escape'); // the input box goes, and the menu comes back
    await window.quickInput.row('top-p').waitFor();
    await window.quickInput.dismiss();
    expect(settingOnDisk('tsuzuki.sampling.topP')).toBe(0.97);
  });

  it('switches suggestions off and on', async () => {
    await window.statusItem.click();
    await window.quickInput.choose('Turn Suggestions Off');
    await until('off in settings.json', () => settingOnDisk('tsuzuki.enabled') === false);
    await window.quickInput.row('Turn Suggestions On').waitFor();
    await window.quickInput.dismiss();
    await window.statusItem.and(window.page.locator('[aria-label*="Suggestions are off."]')).waitFor();
    await window.focusEnd();
    await window.retype('は');
    await window.page.waitForTimeout(2000);
    expect(await window.ghost.count()).toBe(0);

    await window.statusItem.click();
    await window.quickInput.choose('Turn Suggestions On');
    await until('on in settings.json', () => settingOnDisk('tsuzuki.enabled') === true);
    await window.quickInput.row('Turn Suggestions Off').waitFor();
    await window.quickInput.dismiss();
    await window.focusEnd();
    await window.retype('は');
    await window.ghostText('は');
  });
});
