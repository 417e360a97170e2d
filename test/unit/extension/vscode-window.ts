import { EventEmitter as Emitter } from 'node:events';
import { join } from 'node:path';

export { env, l10n } from './vscode-l10n';

/** What a test arranges of the window, and what came of it. */
export const arranged = {
  isTrusted: true,
  /** What the user's own settings say, and those of the workspace. */
  user: new Map<string, unknown>(),
  workspace: new Map<string, unknown>(),
  /** The button that is pressed on each notification. */
  answer: async (_message: string): Promise<string | undefined> => undefined,
  /** Notifications, the newest last. */
  told: [] as string[],
};

/** A window as it opens: trusted, with a folder, and with no settings. */
export function openWindow(): void {
  arranged.isTrusted = true;
  arranged.user.clear();
  arranged.workspace.clear();
  arranged.answer = async () => undefined;
  arranged.told.length = 0;
}

const nothing = { dispose: () => undefined };

export const Disposable = { from: () => nothing };

export class RelativePattern {}

export const Uri = {
  file: (fsPath: string) => ({ fsPath }),
  joinPath: ({ fsPath }: { readonly fsPath: string }, ...parts: string[]) => ({ fsPath: join(fsPath, ...parts) }),
};

export const ConfigurationTarget = { Global: 1, Workspace: 2, WorkspaceFolder: 3 } as const;

export const workspace = {
  get isTrusted() {
    return arranged.isTrusted;
  },
  workspaceFolders: [{ uri: { fsPath: '/drafts', toString: () => 'file:///drafts' } }],
  createFileSystemWatcher: () => ({
    ...nothing,
    onDidCreate: () => nothing,
    onDidChange: () => nothing,
    onDidDelete: () => nothing,
  }),
  onDidChangeConfiguration: () => nothing,
  getConfiguration: (section: string) => ({
    get: (key: string, otherwise: unknown) => {
      const name = `${section}.${key}`;
      // Where the model lies is the user's alone to say until the workspace is trusted.
      const ofWorkspace = arranged.isTrusted ? arranged.workspace.get(name) : undefined;
      return ofWorkspace ?? arranged.user.get(name) ?? otherwise;
    },
    inspect: (key: string) => ({
      globalValue: arranged.user.get(`${section}.${key}`),
      workspaceValue: arranged.workspace.get(`${section}.${key}`),
    }),
    update: async (key: string, value: unknown, target: number) => {
      const values = target === ConfigurationTarget.Global ? arranged.user : arranged.workspace;
      if (value === undefined) values.delete(`${section}.${key}`);
      else values.set(`${section}.${key}`, value);
    },
  }),
};

async function notify(message: string): Promise<string | undefined> {
  arranged.told.push(message);
  return arranged.answer(message);
}

export const window = { showInformationMessage: notify, showWarningMessage: notify, showErrorMessage: notify };

export const commands = { executeCommand: async () => undefined };

/** The editor's emitter of one event. */
export class EventEmitter<T> {
  readonly #emitter = new Emitter();

  readonly event = (listener: (value: T) => void) => {
    this.#emitter.on('event', listener);
    return { dispose: () => this.#emitter.off('event', listener) };
  };

  fire(value: T): void {
    this.#emitter.emit('event', value);
  }

  dispose(): void {
    this.#emitter.removeAllListeners();
  }
}
