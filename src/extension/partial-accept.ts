import { commands, languages, type TextEditor, window } from 'vscode';
import type { NextPart, PartUnit } from '../protocol/next-parts';
import { partPattern } from './part-pattern';
import type { Sidecar } from './sidecar';
import type { Statistics } from './statistics/statistics';

const ACCEPT_NEXT_WORD = 'editor.action.inlineSuggest.acceptNextWord';

/**
 * Takes a suggestion piece by piece. VS Code's command does the taking: it alone knows which alternative is drawn, and
 * keeps the rest of it on the screen. What a word is, it asks the language of the document; so for the moment of the
 * command, and no longer, the word is the next piece.
 */
export class PartialAccept {
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly sidecar: Sidecar,
    private readonly statistics: Statistics,
  ) {}

  /** One after the other: whoever holds the key down asks faster than the editor answers. */
  accept(unit: PartUnit): Promise<void> {
    const turn = this.#last.then(() => this.#accept(unit));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #accept(unit: PartUnit): Promise<void> {
    const editor = window.activeTextEditor;
    if (editor === undefined) return;
    const { document, selection } = editor;
    const { version, uri } = document;
    const { line, character } = selection.active;
    const parts = await this.sidecar.nextParts({ uri: uri.toString(), position: { line, character }, unit });
    // Who has typed on meanwhile has changed their mind.
    if (document.version !== version || !editor.selection.isEqual(selection)) return;
    await this.statistics.takingPiece(() => acceptParts(editor, parts));
  }
}

/**
 * The editor's words end at white space: a piece that has some inside is taken in steps. Without any part, what is drawn
 * comes from elsewhere, and goes by the pattern's own rule.
 *
 * @returns Whether the end of the suggestion was written here, and not by the editor's command.
 */
async function acceptParts(editor: TextEditor, parts: readonly NextPart[]): Promise<boolean> {
  const { document } = editor;
  let offset = document.offsetAt(editor.selection.active);
  let left = parts;
  do {
    const before = document.getText();
    const word = languages.setLanguageConfiguration(document.languageId, { wordPattern: partPattern(left) });
    try {
      await commands.executeCommand(ACCEPT_NEXT_WORD);
    } finally {
      word.dispose();
    }
    const grown = document.getText().length - before.length;
    if (grown <= 0) return false;
    const taken = document
      .getText()
      .slice(offset, offset + grown)
      .replaceAll('\r\n', '\n');
    offset += grown;
    left = left.flatMap(({ part, rest }) =>
      part.startsWith(taken) && part !== taken ? [{ part: part.slice(taken.length), rest }] : [],
    );
    // Who has typed on meanwhile has changed their mind.
    if (!isCursorAt(editor, offset)) return false;
    if (await write(editor, left)) return left.every(({ rest }) => rest === '');
  } while (left.length > 0);
  return false;
}

/**
 * Writes what is left of the piece, where no other suggestion on offer goes on otherwise: to the editor that is typing
 * along, so that the rest stays, and one undo takes back all of the piece. Another step would be undone by itself.
 *
 * @returns Whether it was written.
 */
async function write(editor: TextEditor, left: readonly NextPart[]): Promise<boolean> {
  const [part, ...others] = new Set(left.map((one) => one.part));
  if (part === undefined || others.length > 0) return false;
  return editor.edit((edit) => edit.insert(editor.selection.active, part), {
    undoStopBefore: false,
    undoStopAfter: true,
  });
}

function isCursorAt({ document, selection }: TextEditor, offset: number): boolean {
  return selection.isEmpty && document.offsetAt(selection.active) === offset;
}
