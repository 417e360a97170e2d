import { describe, expect, it } from 'vitest';
import { documentSelector, isServed } from '../../../src/extension/document-selector';

describe('isServed', () => {
  const languages = ['plaintext', 'markdown'];

  it.each([
    ['plaintext', 'file', true],
    ['markdown', 'untitled', true],
    ['typescript', 'file', false],
    // The output panel and the old side of a comparison are plain text, too.
    ['plaintext', 'output', false],
    ['plaintext', 'git', false],
  ])('%s, %s: %s', (languageId, scheme, expected) => {
    expect(isServed({ languageId, uri: { scheme } }, languages)).toBe(expected);
  });

  it('agrees with what the language client is told', () => {
    expect(documentSelector(['novel'])).toEqual([
      { scheme: 'file', language: 'novel' },
      { scheme: 'untitled', language: 'novel' },
    ]);
  });
});
