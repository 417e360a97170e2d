import {
  type Connection,
  type InitializeParams,
  type ServerCapabilities,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { type ClientOptions, type DefaultModel, readClientOptions } from './client-options';
import { CompletionFeature } from './completion-feature';
import type { Feature } from './feature';
import { ModelFeature } from './model-feature';
import { ModelTurns } from './model-turns';
import { NextPartsFeature } from './next-parts-feature';
import { OfferedSuggestions } from './offered-suggestions';
import { PreviewFeature } from './preview-feature';
import { SettingsCache } from './settings-cache';
import { SYNCHRONISED_DOCUMENT } from './synchronised-document';

/**
 * The language server: a list of features on one connection. The process ends with the connection, and with the client
 * whose process id `initialize` brought.
 */
export function serve(connection: Connection, defaults: DefaultModel): void {
  let options: ClientOptions = readClientOptions({ processId: null, rootUri: null, capabilities: {} }, defaults);
  const documents = new TextDocuments(SYNCHRONISED_DOCUMENT);
  const settings = new SettingsCache(() => options.settings);
  const model = new ModelFeature(() => options);
  const offered = new OfferedSuggestions();
  const turns = new ModelTurns();
  const features: readonly Feature[] = [
    settings,
    model,
    new CompletionFeature(documents, settings, model, offered, turns),
    new NextPartsFeature(documents, settings, offered),
    new PreviewFeature(documents, settings, model, turns),
  ];

  connection.onInitialize((params: InitializeParams) => {
    options = readClientOptions(params, defaults);
    const capabilities: ServerCapabilities = { textDocumentSync: TextDocumentSyncKind.Incremental };
    for (const feature of features) Object.assign(capabilities, feature.initialize(connection, params));
    return { capabilities, serverInfo: { name: 'tsuzuki' } };
  });
  connection.onInitialized(() => {
    for (const feature of features) feature.initialized?.(connection);
  });
  documents.onDidClose(({ document }) => settings.forget(document.uri));
  documents.listen(connection);
  connection.listen();
}
