import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readClientOptions } from '../../../src/server/client-options';

const read = (initializationOptions: unknown, locale = 'en') =>
  readClientOptions({ processId: null, rootUri: null, capabilities: {}, initializationOptions, locale }, '/default');

test.each([
  ['nothing', undefined, '/default'],
  ['the folder alone', { modelFolder: '/models/mine' }, '/models/mine'],
  ['a relative folder', { modelFolder: 'mine' }, resolve('mine')],
  ['an empty path', { modelFolder: '' }, '/default'],
  ['null', { modelFolder: null }, '/default'],
  ['no object', 'mine', '/default'],
])('%s', (_, given, folder) => expect(read(given).modelFolder).toBe(resolve(folder)));

test('one wrong field leaves the others as they are', () => {
  expect(read({ modelFolder: 7, storageFolder: '/storage', settings: { enabled: false } })).toMatchObject({
    modelFolder: resolve('/default'),
    storageFolder: resolve('/storage'),
    settings: { enabled: false },
  });
});

test.each([
  ['ja', 'ja'],
  ['ja-JP', 'ja'],
  ['en', 'en'],
  ['de', 'en'],
])('messages for locale %s are in %s', (locale, language) => expect(read({}, locale).language).toBe(language));
