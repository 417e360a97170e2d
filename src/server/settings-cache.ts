import {
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type ServerCapabilities,
} from 'vscode-languageserver/node';
import { DEFAULT_SETTINGS, SETTINGS_SECTION, type Settings } from '../protocol/settings';
import type { Feature } from './feature';
import { parseSettings } from './parse-settings';

/** Pulls the settings of each document from the client and keeps them until the client says that something changed. */
export class SettingsCache implements Feature {
  readonly #pulled = new Map<string, Promise<Settings>>();
  #connection: Connection | undefined;
  #clientAnswers = false;
  #clientRegisters = false;

  constructor(private readonly fallback: () => unknown) {}

  initialize(connection: Connection, params: InitializeParams): ServerCapabilities {
    this.#connection = connection;
    this.#clientAnswers = params.capabilities.workspace?.configuration === true;
    this.#clientRegisters = params.capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true;
    connection.onDidChangeConfiguration(() => this.#pulled.clear());
    return {};
  }

  initialized(connection: Connection): void {
    if (!this.#clientRegisters) return;
    // A client that refuses still tells of changes, or is asked again when a document opens.
    connection.client
      .register(DidChangeConfigurationNotification.type, { section: SETTINGS_SECTION })
      .catch((error: unknown) => connection.console.warn(`didChangeConfiguration: ${String(error)}`));
  }

  of(uri: string): Promise<Settings> {
    const known = this.#pulled.get(uri);
    if (known !== undefined) return known;
    const pulled = this.#pull(uri);
    this.#pulled.set(uri, pulled);
    return pulled;
  }

  forget(uri: string): void {
    this.#pulled.delete(uri);
  }

  async #pull(uri: string): Promise<Settings> {
    const connection = this.#connection;
    if (connection === undefined || !this.#clientAnswers) return parseSettings(this.fallback());
    try {
      return parseSettings(await connection.workspace.getConfiguration({ scopeUri: uri, section: SETTINGS_SECTION }));
    } catch (error) {
      connection.console.warn(`settings of ${uri}: ${String(error)}`);
      this.#pulled.delete(uri);
      return DEFAULT_SETTINGS;
    }
  }
}
