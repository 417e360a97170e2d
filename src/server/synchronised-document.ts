import type { TextDocumentContentChangeEvent, TextDocumentsConfiguration } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

/**
 * The editor's documents, kept equal change by change. The library finds the line ends of each inserted text by
 * itself; where a change puts a \r in front of a \n, the one line end they make would count as two, and every later
 * position would be wrong. Such a document is read anew.
 */
export const SYNCHRONISED_DOCUMENT: TextDocumentsConfiguration<TextDocument> = {
  create: TextDocument.create,
  update(document, changes, version) {
    let current = document;
    for (const change of changes) {
      const start = startOf(current, change);
      current = TextDocument.update(current, [change], version);
      const text = current.getText();
      if (joinsLineEnd(text, start) || joinsLineEnd(text, start + change.text.length)) {
        current = TextDocument.create(current.uri, current.languageId, version, text);
      }
    }
    return current;
  },
};

function startOf(document: TextDocument, change: TextDocumentContentChangeEvent): number {
  return 'range' in change ? document.offsetAt(change.range.start) : 0;
}

function joinsLineEnd(text: string, offset: number): boolean {
  return text[offset - 1] === '\r' && text[offset] === '\n';
}
