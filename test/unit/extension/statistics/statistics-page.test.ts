import { beforeEach, expect, test, vi } from 'vitest';
import type { LogOutputChannel, Uri } from 'vscode';
import type { Statistics } from '../../../../src/extension/statistics/statistics';
import { StatisticsPage } from '../../../../src/extension/statistics/statistics-page';
import { arranged, openWindow } from '../vscode-window';

const page = vi.hoisted(() => ({
  press: (_action: string): void => undefined,
  drawn: 0,
}));

vi.mock('vscode', async () => {
  const { window, ...vscode } = await import('../vscode-window');
  const webview = {
    html: '',
    cspSource: '',
    asWebviewUri: String,
    onDidReceiveMessage: (listener: (message: unknown) => void) => {
      page.press = (action) => listener({ action });
    },
    postMessage: async () => {
      page.drawn++;
    },
  };
  const createWebviewPanel = () => ({ webview, visible: true, onDidDispose: () => undefined });
  return {
    ...vscode,
    window: { ...window, createWebviewPanel },
    Uri: { joinPath: (...parts: readonly unknown[]) => parts.join('/') },
    ViewColumn: { Active: -1 },
  };
});

beforeEach(() => {
  openWindow();
  page.drawn = 0;
});

test('numbers that could not be deleted are still shown, and the reason is said', async () => {
  const logged: string[] = [];
  const statistics: Partial<Statistics> = {
    onDidChange: () => ({ dispose: () => undefined }),
    read: async () => [],
    remove: () => Promise.reject(new Error("EPERM: operation not permitted, unlink '/statistics/2026-11-30.jsonl'")),
  };
  const log: Partial<LogOutputChannel> = { error: (message) => logged.push(String(message)) };
  new StatisticsPage('/extension' as unknown as Uri, statistics as Statistics, log as LogOutputChannel).open();
  arranged.answer = async () => 'Delete';
  page.press('delete');
  await expect.poll(() => arranged.told.length).toBe(2);
  expect(arranged.told.at(-1)).toMatch(/^The numbers could not be deleted: EPERM.*30\.jsonl'\. Close any program/);
  expect(logged).toEqual([expect.stringContaining('EPERM')]);
  expect(page.drawn).toBe(1);
});
