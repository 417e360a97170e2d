import type { Connection, InitializeParams, ServerCapabilities } from 'vscode-languageserver/node';

/** One ability of the server. `main.ts` lists them; each says what it adds to the server's capabilities. */
export interface Feature {
  initialize(connection: Connection, params: InitializeParams): ServerCapabilities;
  /** The client may now be asked. */
  initialized?(connection: Connection): void;
}
