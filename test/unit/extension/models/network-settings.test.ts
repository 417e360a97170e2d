import { describe, expect, test } from 'vitest';
import { hostOf, hubEndpoint, proxySettings } from '../../../../src/extension/models/network-settings';

describe("VS Code's proxy settings", () => {
  test.each([
    [{}, { strictTls: true }],
    [{ proxy: '', noProxy: [], proxyAuthorization: null, proxyStrictSSL: true }, { strictTls: true }],
    [
      {
        proxy: ' http://proxy.example:8080 ',
        noProxy: ['intra.example'],
        proxyAuthorization: 'Basic dTpw',
        proxyStrictSSL: false,
      },
      {
        url: 'http://proxy.example:8080',
        bypass: ['intra.example'],
        authorization: 'Basic dTpw',
        strictTls: false,
      },
    ],
  ])('%j', (settings, proxy) => expect(proxySettings(settings)).toEqual(proxy));
});

describe('the hub', () => {
  test.each([
    ['https://mirror.example', { HF_ENDPOINT: 'https://other.example' }, 'https://mirror.example'],
    ['', { HF_ENDPOINT: 'https://other.example' }, 'https://other.example'],
    [' ', {}, 'https://huggingface.co'],
  ])('setting “%s”, environment %j: %s', (setting, environment, endpoint) => {
    expect(hubEndpoint(setting, environment)).toBe(endpoint);
  });

  test.each([
    ['https://huggingface.co', 'huggingface.co'],
    ['http://127.0.0.1:4000/', '127.0.0.1:4000'],
    ['no address', 'no address'],
  ])('the host of %s is %s', (endpoint, host) => expect(hostOf(endpoint)).toBe(host));
});
