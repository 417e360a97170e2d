import { extensions, Selection, type TextDocument, window, workspace } from 'vscode';
import type { TestApi } from '../../../src/extension/main';

/** The extension as installed, activated. */
export async function activated(): Promise<TestApi> {
  const extension = extensions.getExtension<TestApi>('tsuzuki.tsuzuki');
  if (extension === undefined) throw new Error('the extension is not installed');
  return extension.activate();
}

/** Shows a new document with the cursor at its end. */
export async function showDocument(content: string, language = 'plaintext'): Promise<TextDocument> {
  const document = await workspace.openTextDocument({ language, content });
  const editor = await window.showTextDocument(document);
  const end = document.positionAt(content.length);
  editor.selection = new Selection(end, end);
  return document;
}

/** Asks again and again until `probe` answers with something other than `undefined` or `false`. */
export async function until<T>(what: string, probe: () => T | undefined | false): Promise<T> {
  for (const end = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const value = probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
  }
}
