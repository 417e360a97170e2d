import { extname } from 'node:path';
import { type Uri, workspace } from 'vscode';

/** Languages of the files that are looked for: `files.encoding` can differ by language. */
const LANGUAGES: Readonly<Record<string, string>> = {
  '.md': 'markdown',
  '.tex': 'latex',
  '.novel': 'novel',
};

/**
 * The encoding that the user set for a file by `files.encoding`, by VS Code's name; undefined where nobody did. VS
 * Code's own default of UTF-8 says nothing about a file.
 */
export function encodingSetFor(uri: Uri): string | undefined {
  const languageId = LANGUAGES[extname(uri.path).toLowerCase()] ?? 'plaintext';
  const configuration = workspace.getConfiguration('files', { uri, languageId });
  const defined = configuration.inspect<string>('encoding');
  const values = [
    defined?.globalValue,
    defined?.workspaceValue,
    defined?.workspaceFolderValue,
    defined?.globalLanguageValue,
    defined?.workspaceLanguageValue,
    defined?.workspaceFolderLanguageValue,
  ];
  return values.some((value) => value !== undefined) ? configuration.get<string>('encoding') : undefined;
}
