import { describe, expect, test, vi } from 'vitest';
import { aboutTokensPerSecond, licenseName, parameterCount, size } from '../../../../src/extension/models/model-words';

vi.mock('vscode', () => import('../vscode-l10n'));

describe('sizes', () => {
  test.each([
    [0, '0 kB'],
    [806_000, '806 kB'],
    [999_600, '1 MB'],
    [4.18e6, '4.2 MB'],
    [157e6, '157 MB'],
    [999.6e6, '1 GB'],
    [1.37e9, '1.37 GB'],
  ])('%d bytes are %s', (bytes, text) => expect(size(bytes)).toBe(text));
});

describe('parameters', () => {
  test.each([
    [7.95e6, '8 M parameters'],
    [7.8e6, '7.8 M parameters'],
    [336e6, '336 M parameters'],
  ])('%d are %s', (count, text) => expect(parameterCount(count)).toBe(text));
});

describe('speeds', () => {
  test.each([
    [0.3, 'about 1 tokens/s'],
    [8.46, 'about 8 tokens/s'],
    [41.8, 'about 40 tokens/s'],
    [333, 'about 335 tokens/s'],
  ])('%d a second are %s', (speed, text) => expect(aboutTokensPerSecond(speed)).toBe(text));
});

describe('licences', () => {
  test.each([
    ['mit', 'MIT'],
    ['cc-by-sa-4.0', 'CC BY-SA 4.0'],
    ['openrail', 'openrail'],
    [undefined, 'licence not stated'],
  ])('%s is %s', (license, text) => expect(licenseName(license)).toBe(text));
});
