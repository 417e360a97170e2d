import { l10n } from 'vscode';
import type { LeftOutReason } from '../../../protocol/manuscripts';
import type { Method } from '../../../protocol/training';
import { number, percent } from '../../figures';
import type { PresetId } from '../presets';

export function presetName(id: PresetId): string {
  switch (id) {
    case 'trial':
      return l10n.t('Trial');
    case 'standard':
      return l10n.t('Standard');
    case 'thorough':
      return l10n.t('Thorough');
  }
}

export function presetDescription(id: PresetId, method: Method): string {
  switch (id) {
    case 'trial':
      return l10n.t('A few steps, to see that it works');
    case 'standard':
      return l10n.t('Reads everything four times; what measured best');
    case 'thorough':
      return method === 'full'
        ? l10n.t('Reads everything eight times, in smaller steps')
        : l10n.t('Reads everything four times, with an adapter four times as large');
  }
}

/** Encodings as they are called in the world. */
const ENCODINGS: Readonly<Record<string, string>> = {
  utf8: 'UTF-8',
  utf8bom: 'UTF-8 (BOM)',
  utf16le: 'UTF-16 LE',
  utf16be: 'UTF-16 BE',
  shiftjis: 'Shift_JIS',
  eucjp: 'EUC-JP',
  iso2022jp: 'ISO-2022-JP',
};

export function encodingName(name: string): string {
  return ENCODINGS[name] ?? name;
}

/**
 * Why a file is left out, and what can be done where something can.
 *
 * @param label Names another file as the user knows it.
 */
export function leftOutText(reason: LeftOutReason, label: (path: string) => string): string {
  switch (reason.kind) {
    case 'unreadable':
      return l10n.t('Cannot be read: {0}', reason.message);
    case 'empty':
      return l10n.t('Holds no text');
    case 'binary':
      return l10n.t('Not a text file (byte {0})', number(reason.offset));
    case 'invalid-bytes':
      return l10n.t(
        'Broken characters: line {0}, byte {1} is not {2}. Save the file again in its own encoding.',
        number(reason.line),
        number(reason.offset),
        encodingName(reason.encoding),
      );
    case 'not-japanese':
      return l10n.t('Not Japanese');
    case 'too-short':
      return l10n.t('Too short: {0} characters, {1} are needed', reason.characters, reason.minimum);
    case 'generated':
      return generatedText(reason.sign);
    case 'already-learnt':
      return l10n.t('Learnt already');
    case 'near-duplicate':
      return l10n.t('{0} of it is in {1} too', percent(reason.share, 0), label(reason.of));
  }
}

function generatedText(sign: Extract<LeftOutReason, { kind: 'generated' }>['sign']): string {
  switch (sign) {
    case 'log':
      return l10n.t('Looks like a log');
    case 'long-line':
      return l10n.t('Looks like the output of a program');
    case 'repeated-lines':
      return l10n.t('The same lines come again and again');
    case 'table':
      return l10n.t('Looks like a table');
  }
}
