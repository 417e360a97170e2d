import { expect, test } from 'vitest';
import { listIn, textIn } from '../../../src/extension/setting-value';

test.each([
  [['notes/**'], ['notes/**']],
  [[], []],
  [undefined, ['*']],
  [null, ['*']],
  ['notes/**', ['*']],
  [{ 'notes/**': true }, ['*']],
  [['notes/**', 1], ['*']],
])('as a list, %j is %j', (value, expected) => expect(listIn(value, ['*'])).toEqual(expected));

test.each([
  ['/models/medium', '/models/medium'],
  [' ~/medium\n', '~/medium'],
  [undefined, ''],
  [null, ''],
  [1, ''],
  [['/models/medium'], ''],
])('as a text, %j is %j', (value, expected) => expect(textIn(value)).toBe(expected));
