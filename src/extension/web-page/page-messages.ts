import { type Disposable, type LogOutputChannel, type Webview, window } from 'vscode';

/**
 * Does what the messages of a page ask for. Nobody waits for that, so what fails is said, and logged.
 *
 * @param failed What to tell the user of a failure, for its reason.
 */
export function onPageMessage(
  webview: Pick<Webview, 'onDidReceiveMessage'>,
  log: Pick<LogOutputChannel, 'error'>,
  act: (message: unknown) => Promise<void>,
  failed: (reason: string) => string,
): Disposable {
  return webview.onDidReceiveMessage((message: unknown) => {
    act(message).catch((error: unknown) => {
      log.error(String(error));
      void window.showErrorMessage(failed(error instanceof Error ? error.message : String(error)));
    });
  });
}
