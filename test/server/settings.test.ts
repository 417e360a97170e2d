import { expect, test } from 'vitest';
import { GREEDY, LanguageClient } from './language-client';

const OPENING = '彼は老いていた。漁師は';
const end = { line: 0, character: OPENING.length };

test('settings are pulled for each document, once, until the client says that they changed', async () => {
  const short = { ...GREEDY, sampling: { ...GREEDY.sampling, maxNewTokens: 5 } };
  let off: unknown = { enabled: false };
  const client = await LanguageClient.start({
    settings: ({ scopeUri = '' }) => (scopeUri.includes('short') ? short : scopeUri.includes('off') ? off : GREEDY),
  });
  const [long = '', shorter = '', none] = await Promise.all(
    ['long.txt', 'short.txt', 'off.txt'].map((name) => client.open(name, OPENING)),
  );
  if (none === undefined) throw new Error('not opened');
  const [continuation = ''] = await client.invoke(long, end);
  const [beginning = ''] = await client.invoke(shorter, end);
  expect(beginning.length).toBeLessThan(continuation.length);
  expect(continuation).toMatch(new RegExp(`^${beginning}`));
  expect(await client.invoke(none, end)).toEqual([]);

  const asked = [long, shorter, none].map((scopeUri) => ({ scopeUri, section: 'tsuzuki' }));
  expect(client.configurationRequests).toEqual(asked);
  await client.invoke(long, end);
  expect(client.configurationRequests).toEqual(asked);

  off = GREEDY;
  await client.configurationChanged();
  expect(await client.invoke(none, end)).toEqual([continuation]);
  expect(client.configurationRequests).toHaveLength(asked.length + 1);
  await client.stop();
});

test('a client that refuses the settings gets the default ones', async () => {
  const client = await LanguageClient.start({ settings: () => Promise.reject(new Error('not now')) });
  const uri = await client.open('refused.txt', OPENING);
  expect(await client.invoke(uri, end)).not.toEqual([]);
  expect(client.log.some((line) => line.includes('not now'))).toBe(true);
  await client.stop();
});

test('a client that is slow to answer does not hold up the answer to a cancelled request', async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const client = await LanguageClient.start({ settings: () => gate.then(() => GREEDY) });
  const uri = await client.open('slow.txt', OPENING);
  const first = client.invoke(uri, end);
  const second = client.invoke(uri, end);
  expect(await first).toEqual([]);
  release();
  expect(await second).toHaveLength(1);
  await client.stop();
});
