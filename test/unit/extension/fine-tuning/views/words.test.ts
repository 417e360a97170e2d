import { describe, expect, it, vi } from 'vitest';
import { leftOutText } from '../../../../../src/extension/fine-tuning/views/words';
import type { LeftOutReason } from '../../../../../src/protocol/manuscripts';

vi.mock('vscode', () => import('../../vscode-l10n'));

describe('why a file is left out', () => {
  const label = (path: string) => path.replace('/drafts/', '');
  it.each<[LeftOutReason, string]>([
    [{ kind: 'unreadable', message: 'EACCES' }, 'Cannot be read: EACCES'],
    [{ kind: 'empty' }, 'Holds no text'],
    [{ kind: 'binary', offset: 1234 }, 'Not a text file (byte 1,234)'],
    [
      { kind: 'invalid-bytes', encoding: 'shiftjis', offset: 9, line: 2 },
      'Broken characters: line 2, byte 9 is not Shift_JIS. Save the file again in its own encoding.',
    ],
    [{ kind: 'not-japanese' }, 'Not Japanese'],
    [{ kind: 'too-short', characters: 9, minimum: 100 }, 'Too short: 9 characters, 100 are needed'],
    [{ kind: 'generated', sign: 'log' }, 'Looks like a log'],
    [{ kind: 'generated', sign: 'table' }, 'Looks like a table'],
    [{ kind: 'generated', sign: 'long-line' }, 'Looks like the output of a program'],
    [{ kind: 'generated', sign: 'repeated-lines' }, 'The same lines come again and again'],
    [{ kind: 'near-duplicate', of: '/drafts/海.txt', share: 0.97 }, '97 % of it is in 海.txt too'],
  ])('%o', (reason, text) => expect(leftOutText(reason, label)).toBe(text));
});
