import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type CancellationToken,
  type ExtensionContext,
  env,
  type LogOutputChannel,
  l10n,
  ProgressLocation,
  window,
  workspace,
} from 'vscode';
import { HUB_MODEL, type ModelRequest } from '../../protocol/download';
import { SETTINGS_SECTION } from '../../protocol/settings';
import { textIn } from '../setting-value';
import type { AccessToken } from './access-token';
import { freeBytes } from './disk-use';
import { problemOf, tokenHelps } from './download-problem';
import { agreement, progressText } from './download-words';
import { DownloaderProcess } from './downloader-process';
import { type HttpSettings, hostOf, hubEndpoint, proxySettings } from './network-settings';

/** How a download ended; `paused` keeps what has been received. */
export type DownloadOutcome = 'complete' | 'paused' | 'declined' | 'failed';

/** Fetches models of the hub, each after the user has seen what that means and agreed. */
export class Downloads {
  /** Folders of downloads that go on in this window. */
  readonly #underWay = new Set<string>();

  constructor(
    private readonly context: ExtensionContext,
    private readonly token: AccessToken,
    private readonly log: LogOutputChannel,
  ) {}

  /** The host that models come from. */
  get host(): string {
    return hostOf(hubEndpoint(hubSetting(), process.env));
  }

  /**
   * Looks a model up, shows what would be fetched, and fetches it.
   *
   * @param typed `owner/name` or `owner/name@revision`.
   * @param folder Where it goes.
   */
  async fetch(typed: string, folder: string): Promise<DownloadOutcome> {
    if (this.#underWay.has(folder)) {
      void window.showInformationMessage(l10n.t('{0} is being downloaded already.', typed));
      return 'declined';
    }
    this.#underWay.add(folder);
    try {
      return await this.#withToken(typed, folder, (token) => this.#attempt(request(typed, folder, token)));
    } finally {
      this.#underWay.delete(folder);
    }
  }

  /** Each attempt has a process of its own: the one before may have failed because its process ended. */
  async #attempt(request: ModelRequest): Promise<DownloadOutcome> {
    const module = this.context.asAbsolutePath('dist/downloader.js');
    const process = new DownloaderProcess(module, hubSetting(), this.log);
    try {
      return await this.#run(process, request);
    } finally {
      process.dispose();
    }
  }

  /** Asks for a token where the hub wants one, and tells every other failure with its cure. */
  async #withToken(
    typed: string,
    folder: string,
    run: (token: string | undefined) => Promise<DownloadOutcome>,
  ): Promise<DownloadOutcome> {
    let token = await this.token.read();
    for (;;) {
      try {
        return await run(token);
      } catch (error) {
        this.log.error(`${typed}: ${error instanceof Error ? error.message : String(error)}`);
        const choice = await this.#tell(error, folder);
        if (choice === 'give-up') return 'failed';
        if (choice === 'token') {
          token = await this.token.ask(typed, this.host);
          if (token === undefined) return 'failed';
        }
      }
    }
  }

  async #tell(error: unknown, folder: string): Promise<'again' | 'token' | 'give-up'> {
    const again = l10n.t('Try Again');
    const enter = l10n.t('Enter a Token…');
    const buttons = tokenHelps(error) ? [enter, again] : [again];
    const choice = await window.showErrorMessage(problemOf(error, folder), ...buttons);
    if (choice === enter) return 'token';
    return choice === again ? 'again' : 'give-up';
  }

  async #run(process: DownloaderProcess, request: ModelRequest): Promise<DownloadOutcome> {
    const survey = await withProgress(l10n.t('Looking up {0} at {1}…', request.id, this.host), (token) =>
      process.survey(request, token),
    );
    if (survey === undefined) return 'declined';
    if (survey.presentBytes < survey.totalBytes) {
      const download = survey.presentBytes > 0 ? l10n.t('Resume the Download') : l10n.t('Download');
      const choice = await window.showInformationMessage(
        l10n.t('Download {0}?', request.id),
        { modal: true, detail: agreement(survey, await freeBytes(request.folder)) },
        download,
      );
      if (choice !== download) return 'declined';
    }
    await mkdir(dirname(request.folder), { recursive: true });
    // What was agreed to is what is fetched, even if the hub gets another revision meanwhile.
    const pinned = { ...request, revision: survey.commit };
    const done = await withProgress(l10n.t('Downloading {0}', request.id), async (token, report) => {
      let shown = survey.presentBytes;
      await process.download(
        pinned,
        (progress) => {
          const increment = (100 * (progress.receivedBytes - shown)) / progress.totalBytes;
          shown = progress.receivedBytes;
          report(progressText(progress), increment);
        },
        token,
      );
      return true;
    });
    if (done === true) return 'complete';
    void window.showInformationMessage(
      l10n.t('The download of {0} is paused. Choose the model again to go on from there.', request.id),
    );
    return 'paused';
  }
}

/** @returns undefined where the user has cancelled */
async function withProgress<T>(
  title: string,
  work: (token: CancellationToken, report: (message: string, increment: number) => void) => Promise<T>,
): Promise<T | undefined> {
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return window.withProgress(options, async (progress, token) => {
    try {
      return await work(token, (message, increment) => progress.report({ message, increment }));
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      throw error;
    }
  });
}

function request(typed: string, folder: string, token: string | undefined): ModelRequest {
  const [, id = typed, revision] = HUB_MODEL.exec(typed) ?? [];
  const http = workspace.getConfiguration('http');
  const settings: HttpSettings = {
    proxy: http.get<string>('proxy'),
    proxyAuthorization: http.get<string | null>('proxyAuthorization'),
    noProxy: http.get<readonly string[]>('noProxy'),
    proxyStrictSSL: http.get<boolean>('proxyStrictSSL'),
  };
  return {
    id,
    ...(revision !== undefined && { revision }),
    folder,
    ...(token !== undefined && { token }),
    proxy: proxySettings(settings),
    language: env.language.startsWith('ja') ? 'ja' : 'en',
  };
}

function hubSetting(): string {
  return textIn(workspace.getConfiguration(SETTINGS_SECTION).get('model.hub'));
}
