import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ServerStatus } from '../../src/protocol/status';
import { BROKEN_MODELS, copyModel } from '../broken-models';
import { LanguageClient } from './language-client';

const OPENING = '彼は老いていた。漁師は';
const end = { line: 0, character: OPENING.length };
let scratch: string;
let folder: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-broken-'));
  folder = join(scratch, 'model');
  await copyModel(folder);
});
afterEach(() => rm(scratch, { recursive: true }));

function messageOf(status: ServerStatus): string {
  if (status.state !== 'error') throw new Error(`${status.state} instead of error`);
  return status.message;
}

test.each(BROKEN_MODELS)(
  '$name: file and cure are named, the server stays up, and serves once the folder is whole',
  async ({ damage, files, cure }) => {
    await damage(folder);
    const client = await LanguageClient.start({ modelFolder: folder });
    const message = messageOf(await client.reaches('error'));
    // Weights are named where the link leads, the rest in the folder.
    for (const file of files.length > 0 ? files : [folder]) expect(message).toContain(file);
    expect(message).toMatch(cure);

    const uri = await client.open('broken.txt', OPENING);
    expect(await client.typed(uri, end)).toEqual([]);
    // An explicit request looks at the folder again.
    const failedAgain = client.next('error');
    expect(await client.invoke(uri, end)).toEqual([]);
    expect(messageOf(await failedAgain)).toBe(message);

    await rm(folder, { recursive: true });
    await copyModel(folder);
    expect(await client.invoke(uri, end)).toHaveLength(1);
    expect(client.statuses.at(-1)?.state).toBe('ready');
    expect(await client.stop()).toBe(0);
  },
);

test('a Japanese client is told in Japanese', async () => {
  const client = await LanguageClient.start({ modelFolder: join(scratch, 'nowhere'), locale: 'ja' });
  expect(messageOf(await client.reaches('error'))).toMatch(/nowhere: フォルダがありません。.+選んでください。/);
  await client.stop();
});
