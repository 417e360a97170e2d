import { InlineCompletionList, workspace } from 'vscode';
import type { LanguageClientOptions } from 'vscode-languageclient/node';
import { SETTINGS_SECTION } from '../protocol/settings';
import { cursorIn, hasOneCursor } from './documents';
import type { Pauses } from './pauses/pauses';
import type { Statistics } from './statistics/statistics';

/** What the extension changes about the conversation between VS Code and the sidecar. */
export function middleware(pauses: Pauses, statistics: Statistics): NonNullable<LanguageClientOptions['middleware']> {
  return {
    /** Asks for nothing where ghost text is switched off or would not know where to appear. */
    provideInlineCompletionItems: async (document, position, context, token, next) => {
      pauses.checkPower();
      const wanted = pauses.settings(document).enabled && hasOneCursor(document);
      if (!wanted) return undefined;
      const { version } = document;
      const stoodThere = cursorIn(document)?.isEqual(position) ?? false;
      const answer = await next(document, position, context, token);
      // VS Code would draw it where the cursor was, and Tab would take it there.
      const hasLeft = document.version === version && !(cursorIn(document)?.isEqual(position) ?? false);
      if (stoodThere && hasLeft) return undefined;
      const items = answer instanceof InlineCompletionList ? answer.items : (answer ?? []);
      if (!token.isCancellationRequested) statistics.offered(document, version, position, items);
      return answer;
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
