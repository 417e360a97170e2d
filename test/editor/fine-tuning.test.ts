import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFailed } from 'vitest';
import { encode } from '../unit/text/encoding/encode';
import { proseOf } from '../unit/text/manuscript/prose';
import { setColorTheme } from './bed/color-theme';
import { EditorWindow } from './bed/editor-window';
import { FineTuningPage } from './bed/fine-tuning-page';
import { ModelsView } from './bed/models-view';
import { resetSettings, writeUserSettings } from './bed/settings-file';
import { theSidecar, trainerPids } from './bed/sidecar-process';
import { until } from './bed/until';

const bytes = (text: string, encoding: 'shiftjis' | 'eucjp') => encode(text, encoding) ?? '';

/** As a writer's folder is: several encodings and notations, and files that are no manuscripts. */
const WORKSPACE = {
  '灯台.txt': bytes(`｜灯台守《とうだいもり》の夜\n\n${proseOf(1, 120)}`, 'shiftjis'),
  '港.md': `---\ntitle: 港\n---\n\n# 港\n\n${proseOf(2, 120)}`,
  '旧作/砂.txt': bytes(proseOf(3, 60), 'eucjp'),
  '旧作/砂の写し.txt': proseOf(3, 40),
  'README.md': 'This folder holds drafts of stories. '.repeat(20),
  'notes.txt': 'Remember to call the editor about the deadline. '.repeat(20),
  'photo.txt': Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]),
  'empty.txt': '',
  // The user says that LaTeX is Shift_JIS here, and this is not.
  '章.tex': proseOf(6, 60),
  '.vscode/settings.json': '{ "[latex]": { "files.encoding": "shiftjis" } }',
  '.gitignore': '/没/\n',
  '没/一.txt': proseOf(4, 60),
  'node_modules/story/story.txt': proseOf(5, 60),
};

/** What stands in the manuscript that is written on, and is typed into the page. */
const OWN = '彼は老いていた。漁師は';

const resultsFolder = () => join(inject('bed').profile.userData, 'User/globalStorage/tsuzuki.tsuzuki/fine-tuning');
const runs = () =>
  (existsSync(resultsFolder()) ? readdirSync(resultsFolder()) : []).map((id) => join(resultsFolder(), id));

/** The step of the newest checkpoint of the run. */
function newestCheckpoint(): number {
  const [run = ''] = runs();
  const steps = readdirSync(join(run, 'adapter')).map((name) => Number(/^checkpoint-(\d+)$/.exec(name)?.[1] ?? 0));
  return Math.max(...steps);
}

describe('Fine-tune on workspace', () => {
  let window: EditorWindow;
  let page: FineTuningPage;
  let written: { readonly before: string; readonly after: string };

  beforeAll(async () => {
    resetSettings();
    writeUserSettings({ 'tsuzuki.sampling.seed': 4 });
    window = await EditorWindow.open(OWN, WORKSPACE);
    page = new FineTuningPage(window.page);
  });
  beforeEach(() => {
    onTestFailed(() => window.screenshot('failed-fine-tuning'));
  });
  afterAll(async () => {
    resetSettings();
    await window.close();
  });

  const workspaceSettings = () => join(dirname(window.file), '.vscode/settings.json');

  it('shows what it would learn from, and why not from the rest', async () => {
    await window.quickInput.runCommand('Tsuzuki: Fine-tune on Workspace');
    await page.button('Start Fine-Tuning').waitFor();
    const files = await page.files();
    expect(files.map(({ cells: [name, , , encoding, note], chosen }) => [name, encoding, note, chosen])).toEqual([
      ['empty.txt', '', 'Holds no text', false],
      ['manuscript.txt', 'UTF-8', 'Too short: 11 characters, 100 are needed', false],
      ['notes.txt', 'UTF-8', 'Not Japanese', false],
      ['photo.txt', '', 'Not a text file (byte 4)', false],
      ['旧作/砂.txt', 'EUC-JP', '', true],
      ['旧作/砂の写し.txt', 'UTF-8', '100 % of it is in 旧作/砂.txt too', false],
      ['港.md', 'UTF-8', '', true],
      ['灯台.txt', 'Shift_JIS', '', true],
      ['章.tex', '', expect.stringMatching(/^Broken characters: line \d+, byte \d+ is not Shift_JIS\./), false],
    ]);
    const characters = (text: string) => text.replace(/\s/gu, '').length;
    const sand = files.find(({ cells: [name] }) => name === '旧作/砂.txt');
    expect(Number(sand?.cells[1]?.replaceAll(',', ''))).toBe(characters(proseOf(3, 60)));
    const lighthouse = files.find(({ cells: [name] }) => name === '灯台.txt');
    expect(Number(lighthouse?.cells[1]?.replaceAll(',', ''))).toBe(characters(`灯台守の夜${proseOf(1, 120)}`));
    await page.text('2 more files are left out').waitFor();
    await page.text(/^Held out: [\d,]+ characters \((9|10)\.\d %\)/).waitFor();
  });

  it('measures what a step costs on this machine, and says what each preset comes to', async () => {
    await page.text(/A step takes [\d.]+ s and [\d,.]+ [MG]B of memory/).waitFor();
    await page
      .text(/steps · (less than a minute|about)/)
      .first()
      .waitFor();
    await page.text('Hyperparameters').click();
    await page.frame.getByRole('row', { name: 'method full full full' }).waitFor();
    await window.screenshot('fine-tuning-before');
    expect(runs()).toEqual([]);
  });

  it('takes files in and out', async () => {
    const before = await page.text(/files with .* are learnt from/).textContent();
    await page.checkbox('notes.txt').check();
    await page.text(/^4 files with/).waitFor();
    await page.checkbox('notes.txt').uncheck();
    await page.text(before ?? '').waitFor();
    expect(await page.checkbox('photo.txt').isDisabled()).toBe(true);
  });

  it('learns, shows how, and says whether it helped', async () => {
    await page.frame.getByRole('radio', { name: 'Trial' }).check();
    await page.button('Start Fine-Tuning').click();
    await window.page.locator('.statusbar-item[id="tsuzuki.tsuzuki.tsuzuki.fineTuning"]').waitFor();
    await page.frame.getByRole('img', { name: /Loss on the texts trained on/ }).waitFor();
    await window.screenshot('fine-tuning-running');
    await page.text(/^It helped: the model predicts the held-out text [\d.]+ % better/).waitFor({ timeout: 120_000 });
    await page.frame.getByRole('row', { name: /^Bits per character \d\.\d{4} \d\.\d{4}$/ }).waitFor();
    await window.page
      .locator('.statusbar-item[id="tsuzuki.tsuzuki.tsuzuki.fineTuning"]')
      .waitFor({ state: 'detached' });
    const [run, ...others] = runs();
    expect(others).toEqual([]);
    expect(readdirSync(run ?? '').sort()).toEqual(['adapter', 'run.json']);
    const result = readdirSync(join(run ?? '', 'adapter'));
    expect(result).toEqual(expect.arrayContaining(['config.json', 'model.safetensors', 'training_log.jsonl']));
    expect(result.filter((name) => /^adapter_|^checkpoint-/.test(name))).toEqual([]);
  });

  it('shows how both models go on: behind the last paragraph of the workspace, and behind a text that is typed', async () => {
    const last = (await page.frame.locator('table.comparison caption').first().textContent()) ?? '';
    expect(last).not.toBe('');
    const manuscripts = [proseOf(1, 120), proseOf(2, 120), proseOf(3, 60), proseOf(3, 40)];
    expect(manuscripts.some((text) => text.trimEnd().endsWith(last))).toBe(true);
    const own = page.frame.getByRole('textbox', { name: 'Have both continue a text of yours' });
    await own.fill(OWN);
    await own.press('Enter');
    written = await page.compared(OWN);
    await window.screenshot('fine-tuning-after');
    expect(await own.inputValue()).toBe('');
    expect(written.before).not.toBe(written.after);
  });

  it('is used in this workspace with one click, and not with another', async () => {
    const [run] = runs();
    // What the page has shown is what is offered: the same text, settings and seed.
    const before = await continuation();
    expect(before).toBe(written.before);
    const first = await theSidecar();
    await page.button('Use It in This Workspace').click();
    await page.text('This workspace uses it.').waitFor();
    const settings = () => JSON.parse(readFileSync(workspaceSettings(), 'utf8'));
    expect(settings()['tsuzuki.model.adapter']).toBe(join(run ?? '', 'adapter'));
    const second = await anotherSidecar(first);
    expect(await continuation()).toBe(written.after);

    await page.button('Go Back to the Model before It').click();
    await page.button('Use It in This Workspace').waitFor();
    expect(settings()['tsuzuki.model.adapter']).toBeUndefined();
    await anotherSidecar(second);
    expect(await continuation()).toBe(before);
  });

  it('is in the list of what one has made', async () => {
    await window.page.getByRole('tab', { name: /^manuscript/ }).click();
    await window.focusEnd();
    await window.quickInput.runCommand('Tsuzuki: Fine-Tuned Models');
    await window.quickInput.title.filter({ hasText: 'Fine-Tuned Models' }).waitFor();
    await window.screenshot('fine-tuned-models');
    await window.quickInput.choose('tsuzuki-base-ja · 3 files');
    const [run] = runs();
    await until('the choice in the settings', () =>
      readFileSync(workspaceSettings(), 'utf8').includes(join(run ?? '', 'adapter')),
    );
  });

  it('is exported as the whole model that it is, and not as an adapter', async () => {
    const view = new ModelsView(window.page, window.quickInput);
    await view.open();
    await view.row(basename(dirname(window.file))).click({ button: 'right' });
    await window.page.getByRole('menuitem', { name: 'Export the Whole Model' }).waitFor();
    expect(await window.page.getByRole('menuitem', { name: 'Export the Adapter' }).count()).toBe(0);
    await window.page.keyboard.press('Escape');
  });

  /** What is offered in the manuscript. */
  async function continuation(): Promise<string> {
    await window.page.getByRole('tab', { name: /^manuscript/ }).click();
    await window.waitForModel();
    await window.focusEnd();
    await window.retype('は');
    const text = await window.ghostText('は');
    await window.page.getByRole('tab', { name: /^Fine-Tuning/ }).click();
    return text;
  }

  function anotherSidecar(than: number): Promise<number> {
    return until('another sidecar', async () => {
      const pid = await theSidecar();
      return pid !== than && pid;
    });
  }
});

describe('a run that does not go through', () => {
  let window: EditorWindow;
  let page: FineTuningPage;

  beforeAll(async () => {
    resetSettings();
    rmSync(resultsFolder(), { recursive: true, force: true });
    window = await EditorWindow.open('灯台の老人', WORKSPACE);
    await setColorTheme(window.page, 'dark');
    page = new FineTuningPage(window.page);
  });
  beforeEach(() => {
    onTestFailed(() => window.screenshot('failed-fine-tuning-interrupted'));
  });
  afterAll(async () => {
    resetSettings();
    await window.close();
    await until('no trainer without a window', () => trainerPids().length === 0);
  });

  /** The step that the page says a run can go on from. */
  async function stepToGoOnFrom(): Promise<number> {
    const text = await page.text(/is not finished. It can go on from step/).textContent();
    return Number(/from step (\d+)/.exec(text ?? '')?.[1]);
  }

  it('is paused with a checkpoint', async () => {
    await window.quickInput.runCommand('Tsuzuki: Fine-tune on Workspace');
    await page.frame.getByRole('radio', { name: 'Thorough' }).check();
    await page.button('Start Fine-Tuning').click();
    await page.stepBeyond(1);
    await window.screenshot('fine-tuning-running-dark');
    await page.button('Pause').click();
    expect(await stepToGoOnFrom()).toBeGreaterThanOrEqual(2);
    await page.text(/A step takes/).waitFor();
    await window.screenshot('fine-tuning-paused-dark');
  });

  it('is gone when its process is killed, and can go on from its checkpoint', async () => {
    const step = await stepToGoOnFrom();
    await page.button('Resume').click();
    await page.stepBeyond(step);
    for (const pid of trainerPids()) process.kill(pid, 'SIGKILL');
    await page.text('The trainer ended unexpectedly').waitFor();
    await page.button('Read Again').click();
    expect(newestCheckpoint()).toBeGreaterThanOrEqual(step);
    expect(await stepToGoOnFrom()).toBe(newestCheckpoint());
  });

  it('goes on in a window that is opened again, and keeps what it has learnt when it is stopped', async () => {
    const step = await stepToGoOnFrom();
    await page.button('Resume').click();
    await page.stepBeyond(step);
    await window.page.reload();
    await window.waitForModel();
    const offer = window.toast('Fine-tuning on this workspace was interrupted after step');
    // First the trainer of the closed window has to end its step and save a checkpoint, at its low priority.
    await offer.getByRole('button', { name: 'Resume' }).click({ timeout: 120_000 });
    await page.stepBeyond(step);
    await page.button('Stop and Keep').click();
    await page.text(/^It helped: the model predicts the held-out text/).waitFor();
    await window.screenshot('fine-tuning-after-dark');
    expect(runs()).toHaveLength(1);
  });

  it('leaves nothing when it is cancelled', async () => {
    await page.button('Fine-Tune Again').click();
    await page.button('Start Fine-Tuning').click();
    await page.stepBeyond(0);
    expect(runs()).toHaveLength(2);
    await page.button('Cancel').click();
    await window.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Discard It' }).click();
    await page.button('Start Fine-Tuning').waitFor();
    expect(runs()).toHaveLength(1);
  });
});
