import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ExtensionContext, LogOutputChannel } from 'vscode';
import { ErrorCodes, ResponseError } from 'vscode-languageserver-protocol/node';
import type { AccessToken } from '../../../../src/extension/models/access-token';
import { Downloads } from '../../../../src/extension/models/download';
import { arranged, openWindow } from '../vscode-window';

const processes = vi.hoisted(() => ({ started: 0, alive: 0 }));

vi.mock('vscode', async () => {
  const { window, ...vscode } = await import('../vscode-window');
  const progress = { report: () => undefined };
  const withProgress = (_: unknown, work: (progress: object, token: object) => unknown) =>
    work(progress, { isCancellationRequested: false });
  return { ...vscode, ProgressLocation: { Notification: 15 }, window: { ...window, withProgress } };
});
vi.mock('vscode-languageclient/node', () => import('vscode-languageserver-protocol/node'));
// The first process is killed at its work, as a system does that runs out of memory.
vi.mock('../../../../src/extension/models/downloader-process', () => ({
  DownloaderProcess: class {
    readonly #number = ++processes.started;
    constructor() {
      processes.alive++;
    }
    survey = async () => ({ commit: 'a'.repeat(40), totalBytes: 100, presentBytes: 100 });
    download = async () => {
      if (this.#number === 1) throw new ResponseError(ErrorCodes.PendingResponseRejected, 'connection got disposed');
    };
    dispose = () => processes.alive--;
  },
}));

let folder: string;
beforeEach(async () => {
  openWindow();
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-download-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('“Try Again” starts another process where the one before has ended', async () => {
  const context: Partial<ExtensionContext> = { asAbsolutePath: (path) => path };
  const token: Partial<AccessToken> = { read: async () => undefined };
  const log: Partial<LogOutputChannel> = { error: () => undefined };
  arranged.answer = async () => (arranged.told.length === 1 ? 'Try Again' : undefined);
  const downloads = new Downloads(context as ExtensionContext, token as AccessToken, log as LogOutputChannel);
  expect(await downloads.fetch('rinna/small', join(folder, 'rinna/small'))).toBe('complete');
  expect(arranged.told).toEqual([expect.stringContaining('ended unexpectedly')]);
  expect(processes).toEqual({ started: 2, alive: 0 });
});
