import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInModelFolder, resolveModelFolder } from '../../../src/extension/model-path';

const home = resolve('/home/soseki');
const workspace = resolve('/novels/kokoro');

describe('resolveModelFolder', () => {
  it('takes an absolute path as it is', () => {
    expect(resolveModelFolder(resolve('/models/gpt2/'), home, workspace)).toEqual({
      name: 'gpt2',
      folder: resolve('/models/gpt2'),
    });
  });

  it('knows the home folder', () => {
    expect(resolveModelFolder('~/models/gpt2', home, workspace).folder).toBe(join(home, 'models/gpt2'));
    expect(resolveModelFolder('~gpt2', home, workspace).folder).toBe(join(workspace, '~gpt2'));
  });

  it('starts a relative path at the workspace, or at the home folder without one', () => {
    expect(resolveModelFolder('../gpt2', home, workspace).folder).toBe(resolve('/novels/gpt2'));
    expect(resolveModelFolder('gpt2', home, undefined).folder).toBe(join(home, 'gpt2'));
  });
});

it('finds the model that comes with the extension', () => {
  expect(builtInModelFolder('/x')).toEqual({ name: 'tsuzuki-base-ja', folder: join('/x', 'models/tsuzuki-base-ja') });
});
