import { workspace } from 'vscode';
import type { LanguageClientOptions } from 'vscode-languageclient/node';
import { SETTINGS_SECTION } from '../protocol/settings';
import { hasOneCursor } from './documents';
import { readSettings } from './settings';

/** What the extension changes about the conversation between VS Code and the sidecar. */
export const middleware: NonNullable<LanguageClientOptions['middleware']> = {
  /** Asks for nothing where ghost text is switched off or would not know where to appear. */
  provideInlineCompletionItems: (document, position, context, token, next) =>
    readSettings(document).enabled && hasOneCursor(document) ? next(document, position, context, token) : undefined,

  workspace: {
    /** Answers with the values for the document's language too; the library would look at its folder only. */
    configuration: (params, token, next) => {
      if (params.items.some(({ section }) => section !== SETTINGS_SECTION)) return next(params, token);
      return params.items.map(({ scopeUri }) =>
        readSettings(workspace.textDocuments.find(({ uri }) => uri.toString() === scopeUri)),
      );
    },
  },
};
