import { type Position, type TextDocument, window, workspace } from 'vscode';
import { isServed } from './document-selector';
import { readSettings } from './settings';

/** The document being edited, if ghost text is offered in such documents. */
export function activeServedDocument(): TextDocument | undefined {
  const document = window.activeTextEditor?.document;
  return document !== undefined && isServed(document, readSettings(document).languages) ? document : undefined;
}

/** Whether any open document wants continuing; until one does, nothing is started. */
export function anyDocumentToServe(): boolean {
  return workspace.textDocuments.some((document) => {
    const { enabled, languages } = readSettings(document);
    return enabled && isServed(document, languages);
  });
}

/** Whether every editor on the document has one cursor and nothing selected: ghost text needs one place to be. */
export function hasOneCursor(document: TextDocument): boolean {
  const active = window.activeTextEditor;
  const editors =
    active?.document === document
      ? [active]
      : window.visibleTextEditors.filter((editor) => editor.document === document);
  return editors.every(({ selections }) => selections.length === 1 && selections.every(({ isEmpty }) => isEmpty));
}

/** Where the cursor of the active editor is, if the document is the one being edited. */
export function cursorIn(document: TextDocument): Position | undefined {
  const active = window.activeTextEditor;
  return active?.document === document ? active.selection.active : undefined;
}
