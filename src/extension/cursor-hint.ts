import { Disposable, type TextEditor, window } from 'vscode';
import { isServed } from './document-selector';
import type { Pauses } from './pauses/pauses';
import type { Sidecar } from './sidecar';

/** The cursor has come to rest after so long. */
const RESTS_AFTER_MS = 300;

/** Tells the sidecar where the cursor rests, so that it can read the text before it while nobody waits. */
export function hintCursor(sidecar: Sidecar, pauses: Pauses): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const hintLater = (editor: TextEditor | undefined): void => {
    clearTimeout(timer);
    if (editor === undefined) return;
    const { enabled, languages, triggerMode } = pauses.settings(editor.document);
    if (!enabled || triggerMode === 'manual' || !isServed(editor.document, languages)) return;
    timer = setTimeout(() => {
      const { document, selection } = editor;
      if (document.isClosed) return;
      const { line, character } = selection.active;
      sidecar.cursorRests({ uri: document.uri.toString(), position: { line, character } });
    }, RESTS_AFTER_MS);
  };
  hintLater(window.activeTextEditor);
  return Disposable.from(
    window.onDidChangeActiveTextEditor(hintLater),
    window.onDidChangeTextEditorSelection(({ textEditor }) => hintLater(textEditor)),
    new Disposable(() => clearTimeout(timer)),
  );
}
