import { expect, test } from 'vitest';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { seededRandom } from '../../../src/engine/inference/random';
import { SYNCHRONISED_DOCUMENT } from '../../../src/server/synchronised-document';

const FRAGMENTS = ['𠮷野家', 'か\u3099', '\u3099', '朝', '\n', '\r\n', '\r', '\n\r', '', '', '👨‍👩‍👧'];

function positionAt(text: string, offset: number) {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

test('a thousand changes at random leave the text that the editor has, byte for byte', () => {
  const random = seededRandom(11);
  const below = (limit: number) => Math.floor(random() * limit);
  let text = '一\r二\n三\r\n';
  let document: TextDocument = SYNCHRONISED_DOCUMENT.create('file:///a.txt', 'plaintext', 0, text);
  for (let version = 1; version <= 1000; version++) {
    // Several changes in one notification: each is about the text that the one before left.
    const changes = Array.from({ length: 1 + below(3) }, () => {
      const cursors = Array.from({ length: text.length + 1 }, (_, at) => at).filter(
        (at) => !(text[at - 1] === '\r' && text[at] === '\n'),
      );
      const first = below(cursors.length);
      const last = Math.min(cursors.length - 1, first + below(text.length > 100 ? 9 : 3));
      const [from = 0, to = 0] = [cursors[first], cursors[last]];
      const inserted = FRAGMENTS[below(FRAGMENTS.length)] ?? '';
      const range = { start: positionAt(text, from), end: positionAt(text, to) };
      text = text.slice(0, from) + inserted + text.slice(to);
      return { range, text: inserted };
    });
    document = SYNCHRONISED_DOCUMENT.update(document, changes, version);
    expect(Buffer.from(document.getText())).toEqual(Buffer.from(text));
  }
});

test('a change without a range replaces the whole text', () => {
  const document = SYNCHRONISED_DOCUMENT.create('file:///a.txt', 'plaintext', 1, '一\n二');
  expect(SYNCHRONISED_DOCUMENT.update(document, [{ text: '\n三' }], 2).getText()).toBe('\n三');
});
