import { beforeEach, expect, test, vi } from 'vitest';
import { chosenAdapter } from '../../../src/extension/fine-tuning/adapter';
import { chosenModel } from '../../../src/extension/model-folder';
import { readExclude, readSettings } from '../../../src/extension/settings';
import { DEFAULT_SETTINGS } from '../../../src/protocol/settings';
import { arranged, openWindow } from './vscode-window';

vi.mock('vscode', () => import('./vscode-window'));

beforeEach(openWindow);

test.each([
  ['languages', () => readSettings().languages, 'markdown', DEFAULT_SETTINGS.languages],
  ['exclude', readExclude, 'notes/**', []],
  ['model.path', chosenModel, ['/models/medium'], undefined],
  ['model.adapter', chosenAdapter, 1, undefined],
])('%s of a wrong type counts as not given', (name, read, value, expected) => {
  arranged.user.set(`tsuzuki.${name}`, value);
  expect(read()).toEqual(expected);
});
