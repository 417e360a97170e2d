import { type ExtensionContext, type LogOutputChannel, Uri } from 'vscode';
import { readThreads } from '../settings';
import { TrainerProcess } from './trainer-process';

/** Starts trainers' processes, and knows what they may use of this machine. */
export class Trainers {
  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {}

  start(): TrainerProcess {
    return new TrainerProcess(this.context.asAbsolutePath('dist/trainer.js'), this.log);
  }

  /** The cache is the sidecar's too: what one has made of a model the other need not make again. */
  get resources(): { readonly cacheFolder: string; readonly threads?: number } {
    const threads = readThreads();
    const cacheFolder = Uri.joinPath(this.context.globalStorageUri, 'cache').fsPath;
    return { cacheFolder, ...(threads > 0 && { threads }) };
  }
}
