import { expect, it, vi } from 'vitest';
import { chooseModelFolder } from '../../../../src/extension/models/choose-folder';
import { arranged, openWindow } from '../vscode-window';

vi.mock('vscode', async () => {
  const { window, ...vscode } = await import('../vscode-window');
  const showOpenDialog = async () => [{ fsPath: '/small' }];
  return { ...vscode, window: { ...window, showOpenDialog } };
});

it('takes off the adapter of the model before, as the menu of models does', async () => {
  openWindow();
  arranged.workspace.set('tsuzuki.model.adapter', '/adapters/novel');
  await chooseModelFolder();
  expect(Object.fromEntries(arranged.user)).toEqual({ 'tsuzuki.model.path': '/small' });
  expect(Object.fromEntries(arranged.workspace)).toEqual({});
});
