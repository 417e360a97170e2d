import { l10n } from 'vscode';
import { ConnectionError, ErrorCodes, ResponseError } from 'vscode-languageclient/node';
import type { DownloadErrorData } from '../../protocol/download';

/** The hub answers these where a token, or another one, may help. */
const TOKEN_HELPS = ['token-needed', 'gated'];

/** Whether another access token may be the cure. */
export function tokenHelps(error: unknown): boolean {
  return TOKEN_HELPS.includes(dataOf(error)?.code ?? '');
}

/**
 * What to tell the user of a download that failed.
 *
 * @param folder Where the model was to go.
 */
export function problemOf(error: unknown, folder: string): string {
  const message = error instanceof Error ? error.message : String(error);
  if (dataOf(error) !== undefined) return message;
  if (hasEnded(error)) {
    return l10n.t(
      'The process of the download ended unexpectedly; the machine may have too little memory. What has been received is kept: try again. The log says more.',
    );
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (['ENOSPC', 'EDQUOT'].includes(code)) {
    return l10n.t('{0}: the disk is full. Free some space, then try again.', folder);
  }
  if (['EACCES', 'EPERM', 'EROFS'].includes(code)) {
    return l10n.t('{0}: the folder cannot be written to. Change its permissions, then try again.', folder);
  }
  return l10n.t('The download to {0} failed: {1}. Try again; what has been received is kept.', folder, message);
}

/** What the downloader says beside a message that is for the user; undefined for every other error. */
function dataOf(error: unknown): DownloadErrorData | undefined {
  if (!(error instanceof ResponseError)) return undefined;
  const data: unknown = error.data;
  if (typeof data !== 'object' || data === null || !('code' in data)) return undefined;
  return typeof data.code === 'string' ? { code: data.code } : undefined;
}

/** Whether the downloader's process was gone when it was asked, or before it had answered. */
function hasEnded(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof ResponseError && error.code === ErrorCodes.PendingResponseRejected;
}
