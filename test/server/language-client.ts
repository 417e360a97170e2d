import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CancellationToken,
  type ConfigurationItem,
  ConfigurationRequest,
  createProtocolConnection,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type InlineCompletionItem,
  InlineCompletionRequest,
  InlineCompletionTriggerKind,
  LogMessageNotification,
  type Position,
  type ProtocolConnection,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-protocol/node';
import { computingEnvironment } from '../../src/extension/computing-environment';
import { CURSOR_METHOD } from '../../src/protocol/cursor';
import type { InitializationOptions } from '../../src/protocol/initialization';
import { type AnswerCost, type ServerStatus, STATUS_METHOD } from '../../src/protocol/status';

export const ROOT = join(import.meta.dirname, '../..');
export const EMBEDDED_MODEL = join(ROOT, 'models/tsuzuki-base-ja');

/** The two ways to start the same server. */
export const COMMANDS = {
  sidecar: [join(ROOT, 'dist/server.js'), '--stdio'],
  commandLine: [join(ROOT, 'dist/cli.js'), 'serve', '--stdio'],
} as const;

/** Greedy and short: the same text gives the same continuation, quickly. */
export const GREEDY = { stopAt: 'none', sampling: { temperature: 0, maxNewTokens: 8, alternatives: 1 } } as const;

export interface StartOptions {
  readonly command?: readonly string[];
  /** A command that starts the server under its eyes. */
  readonly watchedBy?: readonly string[];
  readonly modelFolder?: string;
  readonly adapterFolder?: string;
  readonly locale?: string;
  /** More of `initializationOptions`; a storage folder that is given is not removed. */
  readonly initialization?: InitializationOptions;
  /** The section `tsuzuki` for one resource. */
  readonly settings?: (item: ConfigurationItem) => unknown | Promise<unknown>;
}

interface Waiter {
  readonly state: ServerStatus['state'];
  readonly resolve: (status: ServerStatus) => void;
}

/** A plain LSP client on the pipes of a real server process. */
export class LanguageClient {
  readonly statuses: ServerStatus[] = [];
  readonly log: string[] = [];
  readonly configurationRequests: ConfigurationItem[] = [];
  #waiters: Waiter[] = [];
  #versions = new Map<string, number>();

  private constructor(
    readonly process: ChildProcess,
    readonly connection: ProtocolConnection,
    private readonly storage: string,
  ) {}

  /** Starts the server and says `initialize` and `initialized`. */
  static async start(options: StartOptions = {}): Promise<LanguageClient> {
    const storage = await mkdtemp(join(tmpdir(), 'tsuzuki-server-'));
    const { watchedBy = [], command = COMMANDS.sidecar } = options;
    const [program = '', ...args] = [...watchedBy, process.execPath, ...command];
    const env = { ...process.env, ...computingEnvironment(process.env) };
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const client = new LanguageClient(child, connection, storage);
    await client.#initialize(options);
    return client;
  }

  async #initialize(options: StartOptions) {
    const {
      modelFolder = EMBEDDED_MODEL,
      adapterFolder,
      locale = 'en',
      settings = () => GREEDY,
      initialization,
    } = options;
    const { connection } = this;
    connection.onNotification(STATUS_METHOD, (status: ServerStatus) => {
      this.statuses.push(status);
      const reached = this.#waiters.filter(({ state }) => state === status.state);
      this.#waiters = this.#waiters.filter((waiter) => !reached.includes(waiter));
      for (const { resolve } of reached) resolve(status);
    });
    connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.log.push(message);
    });
    connection.onRequest(RegistrationRequest.type, () => undefined);
    connection.onRequest(ConfigurationRequest.type, ({ items }) => {
      this.configurationRequests.push(...items);
      return Promise.all(items.map(settings));
    });
    connection.listen();
    const initialized: InitializeResult = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      locale,
      capabilities: { workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } } },
      initializationOptions: { modelFolder, adapterFolder, storageFolder: this.storage, ...initialization },
    });
    if (initialized.capabilities.inlineCompletionProvider !== true) throw new Error('no inline completion');
    await connection.sendNotification(InitializedNotification.type, {});
  }

  /** The next status of this kind, or the present one. */
  reaches(state: ServerStatus['state']): Promise<ServerStatus> {
    const present = this.statuses.at(-1);
    if (present?.state === state) return Promise.resolve(present);
    return this.next(state);
  }

  /** The next status of this kind; the present one does not count. */
  next(state: ServerStatus['state']): Promise<ServerStatus> {
    return new Promise((resolve) => this.#waiters.push({ state, resolve }));
  }

  async open(name: string, text: string): Promise<string> {
    const uri = uriOf(name);
    this.#versions.set(uri, 1);
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'plaintext', version: 1, text },
    });
    return uri;
  }

  async change(uri: string, ...contentChanges: TextDocumentContentChangeEvent[]): Promise<void> {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  async closeDocument(uri: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  async configurationChanged(): Promise<void> {
    await this.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  }

  /** An explicit request, so that no debounce takes part. */
  async invoke(uri: string, position: Position, token?: CancellationToken): Promise<string[]> {
    return this.#request(uri, position, InlineCompletionTriggerKind.Invoked, token);
  }

  /** A request as typing makes it. */
  async typed(uri: string, position: Position, token?: CancellationToken): Promise<string[]> {
    return this.#request(uri, position, InlineCompletionTriggerKind.Automatic, token);
  }

  async #request(
    uri: string,
    position: Position,
    triggerKind: InlineCompletionTriggerKind,
    token?: CancellationToken,
  ): Promise<string[]> {
    const params = { textDocument: { uri }, position, context: { triggerKind } };
    const answer = await this.connection.sendRequest(InlineCompletionRequest.type, params, token);
    const items: readonly InlineCompletionItem[] = Array.isArray(answer) ? answer : (answer?.items ?? []);
    return items.map(({ insertText }) => (typeof insertText === 'string' ? insertText : insertText.value));
  }

  /** The writer has put the cursor somewhere. */
  async rest(uri: string, position: Position): Promise<void> {
    await this.connection.sendNotification(CURSOR_METHOD, { uri, position });
  }

  /** What the last answer of the model cost. */
  get answer(): AnswerCost | undefined {
    return this.statuses.flatMap((status) => (status.state === 'ready' && status.answer ? [status.answer] : [])).at(-1);
  }

  /** Ends the server as an editor does; gives its exit code. */
  async stop(): Promise<number | null> {
    const exited = this.process.exitCode === null ? once(this.process, 'exit') : undefined;
    if (exited !== undefined) {
      await this.connection.sendRequest(ShutdownRequest.type);
      await this.connection.sendNotification('exit');
      await exited;
    }
    this.connection.dispose();
    await rm(this.storage, { recursive: true, force: true });
    return this.process.exitCode;
  }
}

function uriOf(name: string): string {
  return pathToFileURL(join(ROOT, 'sample', name)).href;
}
