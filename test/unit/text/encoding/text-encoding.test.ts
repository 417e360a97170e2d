import { describe, expect, test } from 'vitest';
import { textEncodingNamed } from '../../../../src/text/encoding/text-encoding';

describe("VS Code's name → encoding", () => {
  test.each([
    ['utf8', 'utf8'],
    ['shiftjis', 'shiftjis'],
    ['eucjp', 'eucjp'],
    ['windows1252', undefined],
    ['', undefined],
  ])('%s → %s', (name, encoding) => expect(textEncodingNamed(name)).toBe(encoding));
});
