import { describe, expect, it, vi } from 'vitest';
import { bytes, duration } from '../../../src/extension/figures';

vi.mock('vscode', () => import('./vscode-l10n'));

describe('how long', () => {
  it.each([
    [0.4, 'less than a minute'],
    [3.4, 'about 3 min'],
    [89, 'about 89 min'],
    [150, 'about 2.5 hours'],
  ])('%d minutes: %s', (minutes, text) => expect(duration(minutes)).toBe(text));
});

describe('how much', () => {
  it.each([
    [300 * 2 ** 20, '300 MB'],
    [2.5 * 2 ** 30, '2.5 GB'],
  ])('%d bytes: %s', (count, text) => expect(bytes(count)).toBe(text));
});
