import { expect, it, vi } from 'vitest';
import { readPanelAction } from '../../../../src/extension/sampling-panel/panel-action';

vi.mock('vscode', () => import('../vscode-l10n'));

it.each([
  [{ action: 'save' }, { action: 'save' }],
  [
    { action: 'preset', value: 'free' },
    { action: 'preset', value: 'free' },
  ],
  [{ action: 'preset', value: 'mad' }, undefined],
  [
    { action: 'set', name: 'topK', value: '40' },
    { action: 'set', name: 'topK', value: '40' },
  ],
  [{ action: 'set', name: 'constructor', value: '40' }, undefined],
  [{ action: 'set', name: 'topK', value: 40 }, undefined],
  [
    { action: 'fix-seed', value: '2654435768' },
    { action: 'fix-seed', value: 2654435768 },
  ],
  [{ action: 'fix-seed', value: 'x' }, undefined],
  [
    { action: 'workspace-only', value: 'on', checked: true },
    { action: 'workspace-only', checked: true },
  ],
  [{ action: 'format-disk' }, undefined],
  ['save', undefined],
  [null, undefined],
])('reads %j', (message, action) => {
  expect(readPanelAction(message)).toEqual(action);
});
