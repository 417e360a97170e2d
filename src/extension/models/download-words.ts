import { l10n } from 'vscode';
import type { DownloadProgress, ModelSurvey } from '../../protocol/download';
import { duration } from '../figures';
import { licenseName, parameterCount, size } from './model-words';

/** How far a download is: bytes, speed, and the time that is left. */
export function progressText({ receivedBytes, totalBytes, bytesPerSecond, elsewhere }: DownloadProgress): string {
  const parts = [l10n.t('{0} of {1}', size(receivedBytes), size(totalBytes))];
  if (bytesPerSecond !== undefined && bytesPerSecond > 0) {
    parts.push(`${size(bytesPerSecond)}/s`);
    const minutes = (totalBytes - receivedBytes) / bytesPerSecond / 60;
    parts.push(l10n.t('{0} left', duration(minutes)));
  }
  if (elsewhere) parts.push(l10n.t('another window is downloading it'));
  return parts.join(' · ');
}

/** What the user agrees to, in the order in which it matters. */
export function agreement(survey: ModelSurvey, freeBytes: number): string {
  const { host, totalBytes, presentBytes, parameters, license, commit } = survey;
  const missing = totalBytes - presentBytes;
  return [
    l10n.t('This opens a network connection to {0} and downloads {1}. Your texts are not sent.', host, size(missing)),
    ...(presentBytes > 0 ? [l10n.t('{0} of {1} are here already.', size(presentBytes), size(totalBytes))] : []),
    '',
    l10n.t('Size: {0}', parameterCount(parameters)),
    l10n.t('Licence: {0}', licenseName(license)),
    l10n.t('Revision: {0}', commit.slice(0, 12)),
    l10n.t('Free on the disk: {0}', size(freeBytes)),
  ].join('\n');
}
