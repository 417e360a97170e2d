import { resolve } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readClientOptions } from '../../../src/server/client-options';

const DEFAULTS = { modelFolder: '/default', adapterFolder: '/default-adapter', dtype: 'int8' } as const;
const read = (initializationOptions: unknown, locale = 'en') =>
  readClientOptions({ processId: null, rootUri: null, capabilities: {}, initializationOptions, locale }, DEFAULTS);

test.each([
  ['nothing', undefined, '/default'],
  ['the folder alone', { modelFolder: '/models/mine' }, '/models/mine'],
  ['a relative folder', { modelFolder: 'mine' }, resolve('mine')],
  ['an empty path', { modelFolder: '' }, '/default'],
  ['null', { modelFolder: null }, '/default'],
  ['no object', 'mine', '/default'],
])('%s', (_, given, folder) => expect(read(given).modelFolder).toBe(resolve(folder)));

test.each([
  ['for the default model', {}, resolve('/default-adapter')],
  ['for the model that the client names: none', { modelFolder: '/models/mine' }, undefined],
  ['its own', { modelFolder: '/models/mine', adapterFolder: '/adapters/mine' }, resolve('/adapters/mine')],
  ['its own for the default model', { adapterFolder: '/adapters/mine' }, resolve('/adapters/mine')],
])('the adapter %s', (_, given, folder) => expect(read(given).adapterFolder).toBe(folder));

test.each([
  ['none', {}, 'int8'],
  ['its own', { dtype: 'int4' }, 'int4'],
  ['that of the model’s size', { dtype: 'default' }, undefined],
  ['one that is none', { dtype: 'int3' }, 'int8'],
])('the dtype for a client that names %s', (_, given, dtype) => expect(read(given).dtype).toBe(dtype));

test('one wrong field leaves the others as they are', () => {
  expect(read({ modelFolder: 7, storageFolder: '/storage', settings: { enabled: false } })).toMatchObject({
    modelFolder: resolve('/default'),
    cacheFolder: resolve('/storage/cache'),
    settings: { enabled: false },
  });
});

test.each([
  ['ja', 'ja'],
  ['ja-JP', 'ja'],
  ['en', 'en'],
  ['de', 'en'],
])('messages for locale %s are in %s', (locale, language) => expect(read({}, locale).language).toBe(language));

test('a client that names no storage has the cache of the command line', () => {
  vi.stubEnv('TSUZUKI_STORAGE', resolve('/own'));
  expect(read({}).cacheFolder).toBe(resolve('/own/cache'));
  vi.unstubAllEnvs();
});
