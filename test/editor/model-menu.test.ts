import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFailed } from 'vitest';
import { LoopbackHub } from '../hub/loopback-hub';
import { cannotTrace, leaks } from '../network-trace';
import { hasRinnaFixtures, writeRinnaModel } from '../rinna-model';
import { EditorWindow } from './bed/editor-window';
import { watchedExtensionHosts } from './bed/extension-host';
import { resetSettings, writeMachineSettings, writeUserSettings } from './bed/settings-file';
import { until } from './bed/until';

const ID = 'rinna/japanese-gpt2-xsmall';
const GATED = 'writer/gated-model';
/** Slow enough to be cancelled half-way. */
const SLOW = { kind: 'slow', bytesPerSecond: 300_000 } as const;

const untraceable = cannotTrace();

describe.skipIf(!hasRinnaFixtures)('the model menu, with a hub on this machine (needs TSUZUKI_FIXTURES)', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'tsuzuki-model-menu-'));
  const models = join(inject('bed').profile.userData, 'User/globalStorage/tsuzuki.tsuzuki/models');
  const folder = join(models, ID);
  let hub: LoopbackHub;
  let window: EditorWindow;

  beforeAll(async () => {
    const model = join(scratch, 'model');
    await writeRinnaModel(model, scratch);
    hub = await LoopbackHub.start({ [ID]: model, [GATED]: model });
    resetSettings();
    writeUserSettings({ 'tsuzuki.sampling.seed': 1 });
    writeMachineSettings({ 'tsuzuki.model.hub': hub.endpoint });
    window = await EditorWindow.open('彼は老いていた。漁師');
  });
  beforeEach(() => {
    onTestFailed(() => window.screenshot('failed-model-menu'));
  });
  afterAll(async () => {
    resetSettings();
    await window.close();
    await hub.stop();
    rmSync(scratch, { recursive: true });
  });

  const dialog = (): Locator => window.page.locator('.monaco-dialog-box');
  const answer = (label: string) => dialog().getByRole('button', { name: label, exact: true }).click();
  const openMenu = async () => {
    await window.quickInput.runCommand('Tsuzuki: Choose Model…');
    await window.quickInput.title.filter({ hasText: 'Tsuzuki: Models' }).waitFor();
  };
  const chooseHubModel = async (id: string) => {
    await openMenu();
    await window.quickInput.choose('Another model of the hub…');
    await window.quickInput.title.filter({ hasText: 'Id of a Model' }).waitFor();
    await window.quickInput.enter(id);
  };

  it('shows what there is without asking anybody', async () => {
    await openMenu();
    await window.quickInput.row('The model that comes with Tsuzuki').waitFor();
    await window.quickInput.row('rinna/japanese-gpt2-medium').waitFor();
    await window.screenshot('model-menu');
    await window.quickInput.dismiss();
    expect(hub.requests).toEqual([]);
  });

  it.skipIf(untraceable !== undefined)(
    `opens no connection while it is open (needs strace${untraceable === undefined ? '' : `: ${untraceable}`})`,
    async () => {
      const trace = join(scratch, 'extension-host.trace');
      await watchedExtensionHosts(trace, async () => {
        await openMenu();
        await window.quickInput.row('rinna/japanese-gpt2-medium').waitFor();
        await window.quickInput.dismiss();
        // A process that is started has its pipes from calls that are traced: without any, nothing was watched.
        await window.quickInput.runCommand('Tsuzuki: Restart');
        await until('a call', () => statSync(trace).size > 0);
      });
      expect(statSync(trace).size).toBeGreaterThan(0);
      expect(await leaks(trace)).toEqual([]);
    },
  );

  it('says what would be fetched, and fetches nothing when the writer declines', async () => {
    await chooseHubModel(ID);
    await dialog()
      .filter({ hasText: `Download ${ID}?` })
      .waitFor();
    await window.screenshot('model-agreement');
    const text = (await dialog().allInnerTexts()).join();
    expect(text).toContain(`This opens a network connection to ${new URL(hub.endpoint).host} and downloads 5 MB.`);
    expect(text).toContain('Licence: MIT');
    expect(text).toContain('Free on the disk: ');
    await answer('Cancel');
    await dialog().waitFor({ state: 'detached' });
    expect(hub.requests.filter(({ kind }) => kind === 'storage')).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  it('shows how far a download is, and keeps what has come when it is cancelled', async () => {
    hub.fault = ({ kind, name }) => (kind === 'storage' && name === 'model.safetensors' ? SLOW : undefined);
    await chooseHubModel(ID);
    await dialog().waitFor();
    await answer('Download');
    const progress = window.toast(`Downloading ${ID}`);
    await progress.filter({ hasText: /: [23](\.\d)? MB of 5 MB · \d+ kB\/s · less than a minute left/ }).waitFor();
    await window.screenshot('model-download');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await window.toast(`The download of ${ID} is paused.`).waitFor();
    const received = statSync(join(`${folder}.partial`, 'model.safetensors.part')).size;
    expect(received).toBeGreaterThan(5e5);
    expect(received).toBeLessThan(4e6);
    expect(existsSync(folder)).toBe(false);
  });

  it('goes on where it stopped, and then the model writes', async () => {
    hub.fault = () => undefined;
    hub.requests.length = 0;
    await openMenu();
    await window.quickInput.row(ID).filter({ hasText: 'Choose it to go on' }).waitFor();
    await window.screenshot('model-resume');
    await window.quickInput.choose(ID);
    await dialog().filter({ hasText: 'are here already.' }).waitFor();
    await answer('Resume the Download');
    await window.waitForModel('japanese-gpt2-xsmall');
    const [weights, ...others] = hub.requests.filter(({ kind, name }) => kind === 'storage' && name.endsWith('s'));
    expect(weights?.from).toBeGreaterThan(5e5);
    expect(others).toEqual([]);

    await window.focusEnd();
    await window.type('は');
    expect(await window.ghostText('は')).not.toBe('');
    await window.screenshot('model-downloaded');
  });

  it('shows where it lies: in a browser, which has no folders to show, by its path', async () => {
    await openMenu();
    const row = window.quickInput.row(ID);
    await row.hover();
    await row.locator('.codicon-folder-opened').click();
    await window.toast(folder).getByRole('button', { name: 'Copy Path' }).waitFor();
    await window.screenshot('model-folder');
  });

  it('asks for a token where the hub wants one, and forgets it again', async () => {
    hub.fault = ({ headers }) =>
      headers.authorization === 'Bearer hf_secret' || headers.host !== new URL(hub.endpoint).host
        ? undefined
        : { kind: 'status', status: 403, headers: { 'x-error-code': 'GatedRepo' } };
    await chooseHubModel(GATED);
    await window.page.getByRole('button', { name: 'Enter a Token…' }).click();
    await window.quickInput.title.filter({ hasText: 'Access Token' }).waitFor();
    await window.screenshot('model-token');
    await window.quickInput.enter('hf_secret');
    await dialog()
      .filter({ hasText: `Download ${GATED}?` })
      .waitFor();
    await answer('Cancel');
    await openMenu();
    // Below what the list shows at once.
    await window.page.keyboard.insertText('Forget');
    await window.quickInput.choose('Forget the Access Token');
    await window.toast('The access token for the hub is forgotten.').waitFor();
    hub.fault = () => undefined;
  });

  it('deletes the model, and the embedded one writes again', async () => {
    await openMenu();
    const row = window.quickInput.row(ID);
    await row.filter({ hasText: 'on the disk' }).waitFor();
    await row.hover();
    await row.locator('.codicon-trash').click();
    await dialog().filter({ hasText: 'It is in use.' }).waitFor();
    await window.screenshot('model-delete');
    await answer('Delete and Use the Embedded Model');
    await window.waitForModel();
    await until('the folder gone', () => !existsSync(join(models, 'rinna')));
    await window.quickInput.dismiss();
    await window.focusEnd();
    await window.retype('は');
    await window.ghostText('は');
  });
});
