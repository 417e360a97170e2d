import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { remoteUri, windowAddressWith } from '../../scripts/editor/server';
import { ROOT } from '../../scripts/editor/vsix';
import { openPage } from './bed/editor-window';
import { resetSettings } from './bed/settings-file';
import { PATIENCE_MS } from './bed/until';

/** Lines of the extension host's console that Mocha wrote; host/index.ts marks them. */
const MARK = 'MOCHA|';

it('passes the tests that run inside the extension host (Mocha, the real `vscode` API)', async () => {
  const { origin, profile, workspaces, hostTests } = inject('bed');
  const workspace = mkdtempSync(join(workspaces, 'host-'));
  resetSettings();
  const { page, browser } = await openPage();
  const report: string[] = [];
  const others: string[] = [];
  // The page calls these two functions, where they exist, with what the extension host logs and how the tests ended.
  await page.exposeFunction('codeAutomationLog', (_type: string, parts: readonly unknown[]) => {
    const line = parts.map(String).join(' ');
    if (line.startsWith(MARK)) report.push(line.replaceAll(MARK, ''));
    else others.push(line);
  });
  const ended = new Promise<number>((resolve) => {
    void page.exposeFunction('codeAutomationExit', resolve);
  });
  await page.addInitScript({ path: join(ROOT, 'test/editor/bed/allow-extension-tests.js') });

  const installed = readdirSync(profile.extensions).find((name) => name.startsWith('tsuzuki.tsuzuki-'));
  const extension = join(profile.extensions, installed ?? '');
  const payload = [
    ['extensionDevelopmentPath', remoteUri(origin, extension)], // stands in for the installed one: it is the same
    ['extensionTestsPath', remoteUri(origin, join(hostTests, 'index.js'))],
    ['skipWelcome', 'true'],
  ];
  await page.goto(windowAddressWith(origin, workspace, payload));
  const tooLate = new Promise<'too late'>((resolve) => setTimeout(resolve, 2 * PATIENCE_MS, 'too late'));
  const code = await Promise.race([ended, tooLate]);
  console.log(report.join('\n'));
  await page.goto('about:blank');
  await browser.close();
  resetSettings();
  expect(code, [...report, ...others.slice(-20)].join('\n')).toBe(0);
  expect(report.join('\n')).toMatch(/[1-9]\d* passing/);
});
