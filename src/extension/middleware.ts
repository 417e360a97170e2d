import { workspace } from 'vscode';
import type { LanguageClientOptions } from 'vscode-languageclient/node';
import { SETTINGS_SECTION } from '../protocol/settings';
import { hasOneCursor } from './documents';
import type { Pauses } from './pauses/pauses';

/** What the extension changes about the conversation between VS Code and the sidecar. */
export function middleware(pauses: Pauses): NonNullable<LanguageClientOptions['middleware']> {
  return {
    /** Asks for nothing where ghost text is switched off or would not know where to appear. */
    provideInlineCompletionItems: (document, position, context, token, next) => {
      pauses.checkPower();
      const wanted = pauses.settings(document).enabled && hasOneCursor(document);
      return wanted ? next(document, position, context, token) : undefined;
    },

    workspace: {
      /** Answers with the values for the document's language too; the library would look at its folder only. */
      configuration: (params, token, next) => {
        if (params.items.some(({ section }) => section !== SETTINGS_SECTION)) return next(params, token);
        return params.items.map(({ scopeUri }) =>
          pauses.settings(workspace.textDocuments.find(({ uri }) => uri.toString() === scopeUri)),
        );
      },
    },
  };
}
