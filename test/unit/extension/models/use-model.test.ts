import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useModel } from '../../../../src/extension/models/use-model';
import { arranged, openWindow } from '../vscode-window';

vi.mock('vscode', () => import('../vscode-window'));

const PATH = 'tsuzuki.model.path';
const ADAPTER = 'tsuzuki.model.adapter';

/** The settings after a model was chosen. @param user What the user's own say, and the workspace's. */
async function after(folder: string | undefined, user: string | undefined, ofWorkspace: string | undefined) {
  if (user !== undefined) arranged.user.set(PATH, user);
  if (ofWorkspace !== undefined) arranged.workspace.set(PATH, ofWorkspace);
  await useModel(folder);
  return { user: arranged.user.get(PATH), workspace: arranged.workspace.get(PATH) };
}

beforeEach(openWindow);

describe('to use the embedded model', () => {
  it.each([
    ['/medium', undefined, { user: undefined, workspace: undefined }],
    [undefined, '/medium', { user: undefined, workspace: undefined }],
    ['/medium', '/small', { user: '/medium', workspace: '' }],
    // As when the model that both of them name is about to be deleted.
    ['/medium', '/medium', { user: '/medium', workspace: '' }],
  ])('the user’s settings naming %s and the workspace’s %s', async (user, ofWorkspace, expected) => {
    expect(await after(undefined, user, ofWorkspace)).toEqual(expected);
  });
});

describe('to use a folder', () => {
  it.each([
    [undefined, undefined, { user: '/small', workspace: undefined }],
    ['/medium', undefined, { user: '/small', workspace: undefined }],
    ['/medium', '', { user: '/medium', workspace: '/small' }],
    ['/small', '/medium', { user: '/small', workspace: undefined }],
  ])('the user’s settings naming %s and the workspace’s %s', async (user, ofWorkspace, expected) => {
    expect(await after('/small', user, ofWorkspace)).toEqual(expected);
  });
});

it('takes off an adapter, which fits its own model only', async () => {
  arranged.workspace.set(ADAPTER, '/adapters/novel');
  await useModel('/small');
  expect(arranged.workspace.has(ADAPTER)).toBe(false);
  expect(arranged.told).toEqual([expect.stringContaining('belongs to another base model')]);
});
