import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it, onTestFailed } from 'vitest';
import { codeServer } from '../../scripts/editor/code-server';
import { createProfile, EDITOR_SETTINGS, type Profile } from '../../scripts/editor/profile';
import { type EditorServer, installExtension, startServer, windowAddress } from '../../scripts/editor/server';
import { THIS_PLATFORM, vsixPath } from '../../scripts/editor/vsix';
import { proseOf } from '../unit/text/manuscript/prose';
import { openPage } from './bed/editor-window';
import { QuickInput } from './bed/quick-input';

let profile: Profile;
let server: EditorServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  profile = await createProfile({
    ...EDITOR_SETTINGS,
    'security.workspace.trust.enabled': true,
    'security.workspace.trust.startupPrompt': 'never',
  });
  const editor = await codeServer((line) => console.log(line));
  await installExtension(editor, profile, process.env.TSUZUKI_VSIX ?? vsixPath(THIS_PLATFORM));
  server = await startServer(editor, profile, { workspaceTrust: true });
  ({ page, browser } = await openPage());
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await profile?.remove();
});

it('nothing is learnt in a workspace that is not trusted, and the reason is said', async () => {
  onTestFailed(async () => {
    await page.screenshot({ path: join(inject('bed').artifacts, 'failed-untrusted-workspace.png') });
  });
  const workspace = join(profile.folder, 'workspace');
  const file = join(workspace, '海.txt');
  await mkdir(workspace);
  await writeFile(file, proseOf(1, 100));
  await page.goto(windowAddress(server, workspace, { file, line: 1, column: 1 }));
  await page.locator('.editor-instance .monaco-editor .view-lines').first().waitFor();
  await page.getByText('Restricted Mode').first().waitFor();
  await new QuickInput(page).runCommand('Tsuzuki: Fine-tune on Workspace');
  const toast = page.locator('.notifications-toasts .notification-toast', { hasText: 'This workspace is not trusted' });
  await toast.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
  await page.screenshot({ path: join(inject('bed').artifacts, 'untrusted-workspace.png') });
  expect(await page.locator('iframe.webview').count()).toBe(0);
});
