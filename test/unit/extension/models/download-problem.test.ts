import { expect, test, vi } from 'vitest';
import { ConnectionError, ConnectionErrors, ErrorCodes, ResponseError } from 'vscode-languageserver-protocol/node';
import { problemOf, tokenHelps } from '../../../../src/extension/models/download-problem';

vi.mock('vscode', () => import('../vscode-l10n'));
vi.mock('vscode-languageclient/node', () => import('vscode-languageserver-protocol/node'));

const FOLDER = '/storage/models/rinna/small';
const ENDED = expect.stringMatching(/^The process of the download ended unexpectedly.*try again/);
const ofTheSystem = (code: string) => Object.assign(new Error(`${code}: mkdir '${FOLDER}'`), { code });

test.each([
  [
    'what the downloader says',
    new ResponseError(1, 'rinna/small: offline.', { code: 'offline' }),
    'rinna/small: offline.',
  ],
  [
    'an end before the answer',
    new ResponseError(ErrorCodes.PendingResponseRejected, 'Pending response rejected'),
    ENDED,
  ],
  ['an end before the question', new ConnectionError(ConnectionErrors.Disposed, 'Connection is disposed.'), ENDED],
  ['a full disk', ofTheSystem('ENOSPC'), `${FOLDER}: the disk is full. Free some space, then try again.`],
  [
    'a folder of others',
    ofTheSystem('EACCES'),
    `${FOLDER}: the folder cannot be written to. Change its permissions, then try again.`,
  ],
  [
    'anything else',
    ofTheSystem('EIO'),
    `The download to ${FOLDER} failed: EIO: mkdir '${FOLDER}'. Try again; what has been received is kept.`,
  ],
])('%s', (_, error, expected) => expect(problemOf(error, FOLDER)).toEqual(expected));

test.each([
  [new ResponseError(1, '', { code: 'gated' }), true],
  [new ResponseError(1, '', { code: 'token-needed' }), true],
  [new ResponseError(1, '', { code: 'offline' }), false],
  [new ResponseError(ErrorCodes.PendingResponseRejected, ''), false],
])('a token for %j: %s', (error, expected) => expect(tokenHelps(error)).toBe(expected));
