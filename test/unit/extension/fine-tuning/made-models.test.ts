import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { ExtensionContext, LogOutputChannel } from 'vscode';
import { MadeModels } from '../../../../src/extension/fine-tuning/made-models';
import { RunStore } from '../../../../src/extension/fine-tuning/run-store';
import type { Trainers } from '../../../../src/extension/fine-tuning/trainers';
import { openWindow } from '../vscode-window';

vi.mock('vscode', () => import('../vscode-window'));

test('where nothing can be stored, the list has the base model, and the log the reason', async () => {
  openWindow();
  const folder = await mkdtemp(join(tmpdir(), 'tsuzuki-storage-'));
  const file = join(folder, 'storage');
  await writeFile(file, '');
  const logged: string[] = [];
  const models = new MadeModels(
    { extensionPath: '/extension' } as unknown as ExtensionContext,
    new RunStore(join(file, 'fine-tuning')),
    undefined as unknown as Trainers,
    { error: (text: string) => logged.push(text) } as unknown as LogOutputChannel,
  );
  await models.reload();
  expect(models.list).toMatchObject([{ model: { name: 'tsuzuki-base-ja' }, made: [] }]);
  expect(logged).toEqual([expect.stringContaining(file)]);
  models.dispose();
  await rm(folder, { recursive: true });
});
