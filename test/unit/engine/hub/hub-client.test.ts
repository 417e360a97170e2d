import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { failureOf } from '../../../../src/engine/hub/connection-failure';
import { HubClient, type HubClientOptions } from '../../../../src/engine/hub/hub-client';
import { HubError } from '../../../../src/engine/hub/hub-error';
import { openHub } from '../../../../src/engine/hub/hub-settings';
import { LoopbackHub } from '../../../hub/loopback-hub';
import { type LoopbackProxy, startProxy } from '../../../hub/loopback-proxy';

let scratch: string;
let hub: LoopbackHub;
let proxy: LoopbackProxy;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-hub-client-'));
  await writeFile(join(scratch, 'config.json'), '{}');
  hub = await LoopbackHub.start({ 'owner/name': scratch });
  proxy = await startProxy(hub.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await hub.stop();
  await rm(scratch, { recursive: true });
});

/** Asks a hub whose host exists nowhere. */
async function ask(options: Partial<HubClientOptions> = {}): Promise<unknown> {
  const client = new HubClient({ endpoint: 'http://hub.invalid', ...options });
  try {
    const signal = AbortSignal.timeout(10_000);
    const address = `${client.endpoint}/api/models/owner/name/revision/main`;
    const { bytes } = await client.getWhole(address, 'owner/name', { maxBytes: 10_000, signal });
    return JSON.parse(bytes.toString());
  } finally {
    await client.close();
  }
}

describe('a proxy', () => {
  test('of the settings is used, with what it wants to know', async () => {
    const settings = { url: proxy.url, authorization: 'Basic c2VjcmV0', strictTls: true };
    expect(await ask({ proxy: settings })).toMatchObject({ id: 'owner/name' });
    expect(proxy.asked.at(-1)).toEqual({ host: 'hub.invalid:80', authorization: 'Basic c2VjcmV0' });
  });

  test('of the environment is used where the settings name none', async () => {
    for (const name of ['http_proxy', 'HTTP_PROXY']) vi.stubEnv(name, proxy.url);
    for (const name of ['no_proxy', 'NO_PROXY']) vi.stubEnv(name, '');
    expect(await ask({ proxy: { strictTls: true } })).toMatchObject({ id: 'owner/name' });
    vi.unstubAllEnvs();
  });

  test('is passed by for the hosts that the settings list', async () => {
    const before = proxy.asked.length;
    const settings = { url: proxy.url, bypass: ['example.com', '127.0.0.1'], strictTls: true };
    expect(await ask({ endpoint: hub.endpoint, proxy: settings })).toMatchObject({ id: 'owner/name' });
    expect(proxy.asked).toHaveLength(before);
  });

  test('sees no access token of a hub that is not asked over TLS', async () => {
    await ask({ token: 'hf_secret', proxy: { url: proxy.url, strictTls: true } });
    expect(hub.requests.at(-1)?.headers.authorization).toBeUndefined();
  });
});

test('a proxy that wants to know who asks refuses for good', async () => {
  const strict = await startProxy(hub.endpoint, 'Basic c2VjcmV0');
  const settings = { url: strict.url, strictTls: true };
  const refused = { name: 'HubError', code: 'proxy-refused', detail: expect.stringContaining('407') };
  await expect(ask({ proxy: settings })).rejects.toMatchObject(refused);
  await expect(ask({ proxy: { ...settings, authorization: 'Basic d3Jvbmc=' } })).rejects.toMatchObject(refused);
  expect(await ask({ proxy: { ...settings, authorization: 'Basic c2VjcmV0' } })).toMatchObject({ id: 'owner/name' });
  await strict.stop();
});

test.each([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])('a certificate that is not trusted (%s) is refused for good, with a cure', (code) => {
  const failure = failureOf(Object.assign(new Error('as OpenSSL says it'), { code }), 'hub.example');
  expect(failure).toMatchObject({ name: 'HubError', code: 'certificate', place: 'hub.example', detail: code });
  if (!(failure instanceof HubError)) return;
  for (const language of ['ja', 'en'] as const) {
    expect(failure.describe(language)).toMatch(/NODE_EXTRA_CA_CERTS.+http\.proxyStrictSSL/);
  }
});

test('an endpoint that is no address may be the variable or the setting of the editor: both are named', () => {
  const open = () => openHub({}, { HF_ENDPOINT: 'mirror' });
  expect(open).toThrow(/HF_ENDPOINT.+tsuzuki\.model\.hub/);
});

describe('what cannot be right is said without repeating it', () => {
  test.each([
    ['an endpoint that is no address', () => openHub({}, { HF_ENDPOINT: 'user:secret@mirror' }), 'endpoint-invalid'],
    ['an endpoint of another kind', () => openHub({}, { HF_ENDPOINT: 'ftp://secret.example' }), 'endpoint-invalid'],
    ['a proxy that is no address', () => openHub({ proxy: { url: 'secret', strictTls: true } }, {}), 'proxy-invalid'],
    ['a token that can be none', () => openHub({ token: 'secret\nx: y' }, {}), 'token-needed'],
  ])('%s', (_, open, code) => {
    expect(open).toThrow(expect.objectContaining({ code, message: expect.not.stringContaining('secret') }));
  });
});

test.each([
  [{}, 'https://huggingface.co', /huggingface[/\\]hub$/],
  [{ HF_ENDPOINT: 'https://hf-mirror.example/' }, 'https://hf-mirror.example', /huggingface[/\\]hub$/],
  [{ HF_HOME: '/data/hf' }, 'https://huggingface.co', /^\/data\/hf[/\\]hub$/],
  [{ HF_HOME: '/data/hf', HF_HUB_CACHE: '/data/cache' }, 'https://huggingface.co', /^\/data\/cache$/],
])('with %j the hub is %s', async (environment, endpoint, cache) => {
  const opened = openHub({}, environment);
  await opened.hub.close();
  expect(opened.hub.endpoint).toBe(endpoint);
  expect(opened.cache).toMatch(cache);
});
