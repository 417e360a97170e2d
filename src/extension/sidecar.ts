import {
  type CancellationToken,
  type Disposable,
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
  l10n,
  window,
} from 'vscode';
import { DidChangeConfigurationNotification, type LanguageClient } from 'vscode-languageclient/node';
import { CURSOR_METHOD, type CursorParams } from '../protocol/cursor';
import { LENGTH_METHOD, type LengthParams } from '../protocol/length';
import { NEXT_PARTS_METHOD, type NextPart, type NextPartsParams } from '../protocol/next-parts';
import { PREVIEW_METHOD, type Preview, type PreviewParams } from '../protocol/preview';
import type { DtypeSetting } from '../protocol/settings';
import type { ModelIdentity, ServerStatus } from '../protocol/status';
import { createClient } from './client';
import { CrashPolicy } from './crash-policy';
import { type EndableClient, endClient } from './end-client';
import { chosenAdapter } from './fine-tuning/adapter';
import { modelInSettings } from './model-folder';
import type { Pauses } from './pauses/pauses';
import { RestartQueue } from './restart';
import { readDtype, readSettings, readThreads } from './settings';
import type { Statistics } from './statistics/statistics';

/** What a run was started with; when it changes, only a new run can follow. */
interface RunConfiguration {
  readonly model: ModelIdentity;
  /** What fine-tuning has made of the model. */
  readonly adapter: string | undefined;
  readonly dtype: DtypeSetting;
  readonly threads: number;
  readonly languages: readonly string[];
}

/** The process that holds the model: starts it, ends it, starts it again, and knows what it last said. */
export class Sidecar implements Disposable {
  readonly #statusChanged = new EventEmitter<ServerStatus>();
  readonly #crashes = new CrashPolicy();
  readonly #restarts = new RestartQueue(() => this.#replace());
  #client: (LanguageClient & EndableClient) | undefined;
  #configuration: RunConfiguration | undefined;
  #status: ServerStatus | undefined;
  #wanted = false;
  #stopped = false;

  /** Fires after {@link status} has changed. */
  readonly onDidChangeStatus = this.#statusChanged.event;

  /** Resolves when a model has for the first time been loaded, or could not be. */
  readonly settled = new Promise<void>((resolve) => {
    const subscription = this.onDidChangeStatus(({ state }) => {
      if (state !== 'ready' && state !== 'error') return;
      subscription.dispose();
      resolve();
    });
  });

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
    private readonly pauses: Pauses,
    private readonly statistics: Statistics,
  ) {
    // The sidecar asks for the settings again, and a pause is one of them.
    pauses.onDidChange(() => this.#notify(DidChangeConfigurationNotification.method, { settings: null }));
  }

  /** What the sidecar is doing, or `undefined` as long as it was not needed. */
  get status(): ServerStatus | undefined {
    return this.#status;
  }

  /** Process id of the present run. */
  get pid(): number | undefined {
    return this.#client?.serverProcess?.pid;
  }

  /** Starts the sidecar unless it was started before; one that was given up is not started again. */
  ensureStarted(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#restarts.request();
  }

  /** Starts the sidecar anew because the user asked for it. */
  restart(): Promise<void> {
    this.#wanted = true;
    this.#crashes.reset();
    return this.#restarts.request();
  }

  /** Starts the sidecar anew if it runs with another model, adapter, dtype, number of threads or other languages than the settings say. */
  restartIfOutdated(): void {
    if (this.#configuration === undefined) return;
    if (JSON.stringify(this.#configuration) !== JSON.stringify(this.#currentConfiguration())) void this.restart();
  }

  /** The writer has put the cursor somewhere; nothing happens while the sidecar is not running. */
  cursorRests(cursor: CursorParams): void {
    this.#notify(CURSOR_METHOD, cursor);
  }

  /** How far the next piece goes of each suggestion on offer; none while the sidecar is not running. */
  async nextParts(params: NextPartsParams): Promise<readonly NextPart[]> {
    const client = this.#client;
    if (client?.isRunning() !== true) return [];
    try {
      return await client.sendRequest<readonly NextPart[]>(NEXT_PARTS_METHOD, params);
    } catch (error) {
      this.log.warn(String(error));
      return [];
    }
  }

  /** The next suggestion that is asked for in a document is to be so long. */
  async wantLength(params: LengthParams): Promise<void> {
    const client = this.#client;
    if (client?.isRunning() !== true) return;
    await client.sendNotification(LENGTH_METHOD, params).catch((error: unknown) => this.log.warn(String(error)));
  }

  /** What would be suggested with other sampling; undefined while the sidecar is not running, and when it failed. */
  async preview(params: PreviewParams, token: CancellationToken): Promise<Preview | undefined> {
    const client = this.#client;
    if (client?.isRunning() !== true) return undefined;
    try {
      return await client.sendRequest<Preview>(PREVIEW_METHOD, params, token);
    } catch (error) {
      if (!token.isCancellationRequested) this.log.warn(String(error));
      return undefined;
    }
  }

  /** Ends the sidecar for good. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#end();
  }

  dispose(): void {
    void this.stop();
    this.#statusChanged.dispose();
  }

  #currentConfiguration(): RunConfiguration {
    return {
      model: modelInSettings(this.context.extensionPath),
      adapter: chosenAdapter(),
      dtype: readDtype(),
      threads: readThreads(),
      languages: readSettings().languages,
    };
  }

  #notify(method: string, params: object): void {
    const client = this.#client;
    if (client?.isRunning() !== true) return;
    client.sendNotification(method, params).catch((error: unknown) => this.log.warn(String(error)));
  }

  async #replace(): Promise<void> {
    await this.#end();
    if (!this.#stopped) this.#begin();
  }

  /** Does not wait for the sidecar to answer, so that one that never does can still be replaced. */
  #begin(): void {
    const configuration = this.#currentConfiguration();
    const { model, adapter, dtype, threads, languages } = configuration;
    this.#configuration = configuration;
    this.#setStatus({ state: 'loading', model });
    const client = createClient({
      serverModule: this.context.asAbsolutePath('dist/server.js'),
      languages,
      initialization: {
        modelFolder: model.folder,
        ...(adapter === undefined ? {} : { adapterFolder: adapter }),
        dtype,
        threads,
        storageFolder: this.context.globalStorageUri.fsPath,
      },
      log: this.log,
      pauses: this.pauses,
      statistics: this.statistics,
      onStatus: (status) => {
        if (this.#client === client) this.#setStatus(status);
      },
      onLost: () => this.#lost(client, model),
    });
    this.#client = client;
    client.start().catch((error: unknown) => {
      this.log.error(String(error));
      this.#lost(client, model);
    });
  }

  async #end(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    await endClient(client, (problem) => this.log.warn(String(problem)));
  }

  /** The run of `client` ended unasked. Both its start and its connection may report that. */
  #lost(client: LanguageClient, model: ModelIdentity): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    client.serverProcess?.kill('SIGKILL');
    if (this.#crashes.crashed(Date.now()) === 'restart') {
      void this.#restarts.request();
      return;
    }
    const message = l10n.t('Tsuzuki stopped unexpectedly several times and was not started again.');
    this.#setStatus({ state: 'error', model, message });
    void this.#offerRestart(message);
  }

  async #offerRestart(message: string): Promise<void> {
    const showLog = l10n.t('Show Log');
    const restart = l10n.t('Restart');
    const choice = await window.showErrorMessage(message, showLog, restart);
    if (choice === showLog) this.log.show();
    if (choice === restart) await this.restart();
  }

  #setStatus(status: ServerStatus): void {
    if (this.#stopped) return;
    this.#status = status;
    this.#statusChanged.fire(status);
  }
}
