import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';
import { remoteUri, windowAddressWith } from '../../../scripts/editor/server';
import { openPage } from '../bed/editor-window';
import { theSidecar } from '../bed/sidecar-process';
import { until } from '../bed/until';
import { parentOf, processorTime } from './process-figures';

/** Processor time that processes use while nobody writes, as shares of one core. */
export interface IdleShares {
  readonly sidecar: number;
  /** The extension host that started it, with the extensions of the editor itself. */
  readonly host: number;
  /** The extension host of a window in which ours is switched off. */
  readonly bareHost: number;
}

/** A window in which no extension but the editor's own runs, with the same document as the other. */
export class BareWindow {
  private constructor(
    readonly host: number,
    readonly close: () => Promise<void>,
  ) {}

  /** Opens it beside the one window that is open. */
  static async open(text: string): Promise<BareWindow> {
    const { origin, workspaces } = inject('bed');
    const others = await extensionHosts();
    const workspace = mkdtempSync(join(workspaces, 'bare-'));
    const file = join(workspace, 'manuscript.txt');
    writeFileSync(file, text);
    const { page, browser } = await openPage();
    const payload = [
      ['disableExtensions', 'true'],
      ['openFile', remoteUri(origin, file)],
    ];
    await page.goto(windowAddressWith(origin, workspace, payload));
    await page.locator('.editor-instance .monaco-editor .view-lines').first().waitFor();
    const host = await until('another extension host', async () =>
      (await extensionHosts()).find((pid) => !others.includes(pid)),
    );
    return new BareWindow(host, () => browser.close());
  }
}

/**
 * Extensions that an extension host has activated, by their identifiers.
 *
 * @param userData Folder in which the editor keeps its logs.
 * @throws when there is no log of that host.
 */
export function activatedExtensions(host: number, userData: string): readonly string[] {
  const log = readdirSync(join(userData, 'logs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('remoteexthost.log'))
    .map((name) => readFileSync(join(userData, 'logs', name), 'utf8'))
    .find((text) => text.includes(`Extension host with pid ${host} started`));
  if (log === undefined) throw new Error(`No log of the extension host ${host} in ${userData}/logs.`);
  return [...log.matchAll(/_doActivateExtension ([\w.-]+),/g)].map(([, extension = '']) => extension);
}

export async function idleShares(bare: BareWindow, seconds: number): Promise<IdleShares> {
  const sidecar = await theSidecar();
  const pids = { sidecar, host: parentOf(sidecar), bareHost: bare.host };
  const times = () => [pids.sidecar, pids.host, pids.bareHost].map(processorTime);
  const before = times();
  await delay(seconds * 1000);
  const [ours = 0, host = 0, bareHost = 0] = times().map((ms, i) => (ms - (before[i] ?? 0)) / (seconds * 1000));
  return { sidecar: ours, host, bareHost };
}

/** Process ids of the extension hosts of the server that our one sidecar belongs to. */
async function extensionHosts(): Promise<readonly number[]> {
  const server = parentOf(parentOf(await theSidecar()));
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return parentOf(pid) === server && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('extensionHost');
      } catch {
        return false; // it ended in the meantime
      }
    });
}
