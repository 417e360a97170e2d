import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium as playwright } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { chromium } from '../../../scripts/editor/chromium';
import { codeServer } from '../../../scripts/editor/code-server';
import { createProfile, EDITOR_SETTINGS } from '../../../scripts/editor/profile';
import { installExtension, startServer } from '../../../scripts/editor/server';
import { packExtension, ROOT } from '../../../scripts/editor/vsix';
import { buildHostTests } from './host-tests';
import { installJapanese } from './language';

/** What the tests need to know about the one editor they share. */
export interface Bed {
  /** `http://127.0.0.1:PORT` of the editor's server. */
  readonly origin: string;
  /** Where a Chromium listens for Playwright. */
  readonly browserEndpoint: string;
  readonly profile: { readonly folder: string; readonly userData: string; readonly extensions: string };
  /** Here every window has a folder of its own: what one leaves unsaved would come back in the next. */
  readonly workspaces: string;
  /** Folder of the compiled tests that run inside the extension host. */
  readonly hostTests: string;
  /** Screenshots go here. */
  readonly artifacts: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    bed: Bed;
  }
}

const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Packs the extension, installs it into a fresh profile, and starts server and browser once for all test files. */
export default async function startBed({ provide }: TestProject): Promise<() => Promise<void>> {
  const say = (line: string): void => console.log(line);
  const executablePath = await chromium(say);
  const editor = await codeServer(say);
  const vsix = process.env.TSUZUKI_VSIX ?? (await packExtension());
  const hostTests = await buildHostTests();

  const profile = await createProfile(EDITOR_SETTINGS);
  const workspaces = join(await realpath(profile.folder), 'workspaces');
  const artifacts = join(ROOT, 'artifacts/editor');
  await mkdir(workspaces);
  await mkdir(artifacts, { recursive: true });
  await installExtension(editor, profile, vsix);
  await installJapanese(profile);
  const server = await startServer(editor, profile);
  const browser = await playwright.launchServer({ executablePath, headless: true, args: BROWSER_FLAGS });

  const { folder, userData, extensions } = profile;
  provide('bed', {
    origin: server.origin,
    browserEndpoint: browser.wsEndpoint(),
    profile: { folder, userData, extensions },
    workspaces,
    hostTests,
    artifacts,
  });
  return async () => {
    await browser.close();
    await server.stop();
    await profile.remove();
  };
}
