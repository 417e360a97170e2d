import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFailed } from 'vitest';
import { proseOf } from '../unit/text/manuscript/prose';
import { EditorWindow } from './bed/editor-window';
import { FineTuningPage } from './bed/fine-tuning-page';
import { addMadeRun, resultsFolder, theInstalledModel } from './bed/made-run';
import { ModelsView } from './bed/models-view';
import { resetSettings, writeUserSettings } from './bed/settings-file';
import { killSidecar, theSidecar, trainerPids } from './bed/sidecar-process';
import { until } from './bed/until';

const LEARNT = proseOf(1, 60);
const TEXTS = { '灯台.txt': LEARNT, '港.txt': proseOf(2, 120) };

describe('models that were made', () => {
  let window: EditorWindow;
  let view: ModelsView;
  let adapter: string;

  beforeAll(async () => {
    resetSettings();
    writeUserSettings({ 'tsuzuki.sampling.seed': 4 });
    rmSync(resultsFolder(), { recursive: true, force: true });
    const model = theInstalledModel();
    const learnt = [createHash('sha256').update(LEARNT).digest('hex')];
    adapter = join(await addMadeRun('20261125-130000-000', 4, { name: '短編集', model, learnt }), 'adapter');
    await addMadeRun('20261125-120000-000', 2, { name: '長編', model });
    await addMadeRun('20261125-110000-000', 3, { name: '旧作', model: '/models/medium' }, 'f'.repeat(64));
    window = await EditorWindow.open('彼は老いていた。漁師は', TEXTS);
    view = new ModelsView(window.page, window.quickInput);
  });
  beforeEach(() => {
    onTestFailed(() => window.screenshot('failed-made-models'));
  });
  afterAll(async () => {
    rmSync(resultsFolder(), { recursive: true, force: true });
    resetSettings();
    await window.close();
    await until('no trainer without a window', () => trainerPids().length === 0);
  });

  /** The workspace's choice: waits while the editor writes its settings, when the file is empty. */
  const usedAdapter = async () => {
    const file = join(dirname(window.file), '.vscode/settings.json');
    if (!existsSync(file)) return undefined;
    const settings = await until('the settings written', () => readFileSync(file, 'utf8') || undefined);
    return JSON.parse(settings)['tsuzuki.model.adapter'];
  };
  const recordOf = (id: string) => JSON.parse(readFileSync(join(resultsFolder(), id, 'run.json'), 'utf8'));

  it('are listed under their base models, with what they have learnt', async () => {
    await view.open();
    await view.row('tsuzuki-base-ja').filter({ hasText: 'in use · comes with Tsuzuki' }).waitFor();
    await view.row('短編集').filter({ hasText: '10.2 % better · Nov 25, 2026' }).waitFor();
    await view.showTooltip('短編集', '3 files, 12,345 characters');
    await window.screenshot('models-view');
  });

  it('say what to do when their base model is gone', async () => {
    await view.row('旧作').filter({ hasText: 'base model missing' }).waitFor();
    await view.showTooltip('旧作', 'not in /models/medium any more');
    for (const name of ['旧作', 'medium']) expect(await view.row(name).locator('.action-label').count()).toBe(0);
    await window.screenshot('models-view-base-missing');
  });

  it('change the ghost text when they are used, and no more when the base model is', async () => {
    const first = await theSidecar();
    const before = await continuation();
    await view.press('短編集', 'Use in This Workspace');
    await until('the choice in the settings', async () => (await usedAdapter()) === adapter);
    const second = await anotherSidecar(first);
    const changed = await continuation();
    expect(changed).not.toBe(before);
    await view.row('短編集').filter({ hasText: 'in use' }).waitFor();

    await view.press('短編集', 'Go Back to the Base Model');
    await until('no choice in the settings', async () => (await usedAdapter()) === undefined);
    await anotherSidecar(second);
    expect(await continuation()).toBe(before);
  });

  it('are renamed', async () => {
    await view.row('短編集').click();
    await window.page.keyboard.press('F2');
    await window.quickInput.title.filter({ hasText: 'Name of the fine-tuned model' }).waitFor();
    await window.quickInput.enter('海の短編集');
    await view.row('海の短編集').waitFor();
    expect(recordOf('20261125-130000-000').name).toBe('海の短編集');
  });

  it('are deleted at once, and are back with one click, in use as before', async () => {
    await view.press('海の短編集', 'Use in This Workspace');
    await view.row('海の短編集').filter({ hasText: 'in use' }).waitFor();
    await view.choose('海の短編集', 'Delete a Fine-Tuned Model');
    await view.row('海の短編集').waitFor({ state: 'detached' });
    expect(await usedAdapter()).toBeUndefined();
    expect(existsSync(adapter)).toBe(false);
    const toast = window.toast('“海の短編集” was deleted.');
    await toast.waitFor();
    await window.screenshot('models-view-deleted');
    await toast.getByRole('button', { name: 'Undo' }).click();
    await view.row('海の短編集').waitFor();
    await until('the choice in the settings', async () => (await usedAdapter()) === adapter);
    expect(existsSync(adapter)).toBe(true);
  });

  it('are exported, as an adapter or folded into the model', async () => {
    const folder = join(inject('bed').workspaces, 'exported');
    mkdirSync(folder, { recursive: true });
    for (const [action, name, file] of [
      ['Export the Adapter', 'adapter', 'adapter_model.safetensors'],
      ['Export the Whole Model', 'whole', 'model.safetensors'],
    ] as const) {
      await view.choose('長編', action);
      await window.quickInput.title.filter({ hasText: action }).waitFor();
      await window.quickInput.enterFolder(join(folder, name), 'OK');
      await window.toast(`“長編” is now in ${join(folder, name)}.`).waitFor();
      expect(readdirSync(join(folder, name))).toContain(file);
    }
    await until('no trainer after the export', () => trainerPids().length === 0);
  });

  it('are taught only what is new', async () => {
    await view.choose('海の短編集', 'Teach a Model What Is New');
    const page = new FineTuningPage(window.page);
    await page.text('Goes on from “海の短編集”').waitFor();
    await page.button('Start Fine-Tuning').waitFor();
    const files = await page.files();
    expect(files.map(({ cells: [name, , , , note], chosen }) => [name, note, chosen])).toEqual([
      ['manuscript.txt', 'Too short: 11 characters, 100 are needed', false],
      ['港.txt', '', true],
      ['灯台.txt', 'Learnt already', false],
    ]);
    await window.screenshot('teach-what-is-new');
    await page.frame.getByRole('radio', { name: 'Thorough' }).check();
    await page.button('Start Fine-Tuning').click();
    // A crash of the sidecar is none of the run's business.
    await page.stepBeyond(0);
    await killSidecar();
    await page.text(/^It (helped|did not help)/).waitFor({ timeout: 120_000 });
    const [newest] = readdirSync(resultsFolder())
      .filter((name) => /^\d/.test(name))
      .sort()
      .reverse();
    const { name, continues, learnt, hyperparameters } = recordOf(newest ?? '');
    expect({ name, continues: continues.name, learnt: learnt.length, rank: hyperparameters.lora_r }).toEqual({
      name: '海の短編集 2',
      continues: '海の短編集',
      learnt: 2,
      rank: 4,
    });
    await view.row('海の短編集 2').waitFor();
    await theSidecar();
  });

  /** What is offered in the manuscript. */
  async function continuation(): Promise<string> {
    await window.waitForModel();
    await window.focusEnd();
    await window.retype('は');
    return window.ghostText('は');
  }

  function anotherSidecar(than: number): Promise<number> {
    return until('another sidecar', async () => {
      const pid = await theSidecar();
      return pid !== than && pid;
    });
  }
});
