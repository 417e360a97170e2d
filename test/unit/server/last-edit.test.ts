import { expect, test } from 'vitest';
import { lastEdit } from '../../../src/server/last-edit';

test.each([
  ['漁師', '漁師', { kind: 'none' }],
  ['漁師', '漁師は', { kind: 'inserted', text: 'は' }],
  ['漁師は', '漁師', { kind: 'deleted', text: 'は' }],
  ['漁師はふね', '漁師は船', { kind: 'replaced', removed: 'ふね', text: '船' }],
  ['ｋ', 'か', { kind: 'replaced', removed: 'ｋ', text: 'か' }],
])('%s → %s', (before, after, edit) => expect(lastEdit(before, after)).toEqual(edit));
