import type { LogOutputChannel } from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type MessageTransports,
  RevealOutputChannelOn,
  TransportKind,
} from 'vscode-languageclient/node';
import type { InitializationOptions } from '../protocol/initialization';
import { type ServerStatus, STATUS_METHOD } from '../protocol/status';
import { computingEnvironment } from './computing-environment';
import { documentSelector } from './document-selector';
import type { EndableClient } from './end-client';
import { middleware } from './middleware';
import type { Pauses } from './pauses/pauses';
import type { Statistics } from './statistics/statistics';

/** How many broken messages in a row are put up with. */
const MAX_MESSAGE_ERRORS = 3;

/** Everything one run of the sidecar needs to know. */
export interface ClientOptions {
  /** Absolute path of the bundled server. */
  readonly serverModule: string;
  readonly languages: readonly string[];
  readonly initialization: InitializationOptions;
  readonly log: LogOutputChannel;
  readonly pauses: Pauses;
  readonly statistics: Statistics;
  onStatus(status: ServerStatus): void;
  /** The connection closed although nobody asked for it. */
  onLost(): void;
}

/**
 * A language client that never speaks to the user: it writes to the log, and {@link Sidecar} decides what is worth a
 * message. Left to itself it would open a popup for every failed start.
 */
class QuietLanguageClient extends LanguageClient implements EndableClient {
  #forked: Promise<void> = Promise.resolve();

  /** The library looks at the working folder before it starts the process, and says nothing when it has. */
  get forked(): Promise<void> {
    return this.#forked;
  }

  protected override createMessageTransports(encoding: string): Promise<MessageTransports> {
    const transports = super.createMessageTransports(encoding);
    this.#forked = transports.then(
      () => undefined,
      () => undefined,
    );
    return transports;
  }

  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  /** The library also stops clients whose start has failed, and does not catch the error it throws at that. */
  override async stop(timeout?: number): Promise<void> {
    if (this.isRunning()) await super.stop(timeout);
  }
}

/** A client for one run of the sidecar. It never restarts by itself: a new run is a new client. */
export function createClient(options: ClientOptions): LanguageClient & EndableClient {
  const client = new QuietLanguageClient(
    'tsuzuki',
    'Tsuzuki',
    {
      module: options.serverModule,
      transport: TransportKind.stdio,
      options: { env: computingEnvironment(process.env) },
    },
    {
      documentSelector: documentSelector(options.languages),
      initializationOptions: options.initialization,
      outputChannel: options.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      // Without this the library would show the failure to the user in English, and try to stop what never ran.
      initializationFailedHandler: () => false,
      errorHandler: {
        error: (_error, _message, count) => {
          const bearable = count !== undefined && count <= MAX_MESSAGE_ERRORS;
          if (!bearable) options.onLost();
          return { action: bearable ? ErrorAction.Continue : ErrorAction.Shutdown, handled: true };
        },
        closed: () => {
          options.onLost();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
      middleware: middleware(options.pauses, options.statistics),
    },
  );
  client.onNotification(STATUS_METHOD, options.onStatus);
  return client;
}
