import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';
import { windowAddress } from '../../../scripts/editor/server';
import { openPage } from '../bed/editor-window';
import { theSidecar } from '../bed/sidecar-process';
import { until } from '../bed/until';
import { parentOf, processorTime } from './process-figures';

/** Processor time that processes use while nobody writes, as shares of one core. */
export interface IdleShares {
  readonly sidecar: number;
  /** The extension host that started it, with the extensions of the editor itself. */
  readonly host: number;
  /** The extension host of a window in which ours was never activated. */
  readonly bareHost: number;
}

/** A window in which there is nothing for the extension to do: what its extension host uses is the editor's own. */
export class BareWindow {
  private constructor(
    readonly host: number,
    readonly close: () => Promise<void>,
  ) {}

  /** Opens it beside the one window that is open. */
  static async open(): Promise<BareWindow> {
    const { origin, workspaces } = inject('bed');
    const others = await extensionHosts();
    const workspace = mkdtempSync(join(workspaces, 'bare-'));
    const file = join(workspace, 'program.py');
    writeFileSync(file, 'pass\n');
    const { page, browser } = await openPage();
    await page.goto(windowAddress({ origin }, workspace, { file, line: 1, column: 1 }));
    await page.locator('.editor-instance .monaco-editor .view-lines').first().waitFor();
    const host = await until('another extension host', async () =>
      (await extensionHosts()).find((pid) => !others.includes(pid)),
    );
    return new BareWindow(host, () => browser.close());
  }
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
