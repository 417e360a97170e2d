import { beforeEach, expect, test, vi } from 'vitest';
import { onPageMessage } from '../../../../src/extension/web-page/page-messages';
import { arranged, EventEmitter, openWindow } from '../vscode-window';

vi.mock('vscode', () => import('../vscode-window'));

beforeEach(openWindow);

test('what fails is said and logged, and the next message is heard', async () => {
  const messages = new EventEmitter<unknown>();
  const logged: string[] = [];
  const done: unknown[] = [];
  const act = async (message: unknown) => {
    if (message === 'save') throw new Error('settings.json has errors');
    done.push(message);
  };
  onPageMessage(
    { onDidReceiveMessage: messages.event },
    { error: (text) => logged.push(String(text)) },
    act,
    (reason) => `Not saved: ${reason}`,
  );
  messages.fire('save');
  messages.fire('ready');
  await expect.poll(() => arranged.told).toEqual(['Not saved: settings.json has errors']);
  expect(logged).toEqual(['Error: settings.json has errors']);
  expect(done).toEqual(['ready']);
});
