import { describe, expect, test, vi } from 'vitest';
import { choose, surveyOf } from '../../../../../src/extension/fine-tuning/survey';
import { whatIsLacking } from '../../../../../src/extension/fine-tuning/views/lacking';
import type { LeftOutReason, ManuscriptReport } from '../../../../../src/protocol/manuscripts';

vi.mock('vscode', () => import('../../vscode-l10n'));

const prose = (path: string, characters: number): ManuscriptReport => ({
  path,
  text: {
    encoding: 'utf8',
    training: { characters, tokens: characters / 2 },
    heldOut: { characters: 0, tokens: 0 },
  },
});
const not = (path: string, leftOut: LeftOutReason): ManuscriptReport => ({ path, leftOut });
const lackingIn = (...reports: ManuscriptReport[]) => whatIsLacking(surveyOf(reports, 2, String));

describe('without Japanese prose', () => {
  test('it says what was seen instead', () => {
    const lacking = lackingIn(
      not('/README.md', { kind: 'not-japanese' }),
      not('/notes.txt', { kind: 'not-japanese' }),
      not('/empty.txt', { kind: 'empty' }),
      not('/memo.txt', { kind: 'too-short', characters: 11, minimum: 100 }),
      not('/photo.txt', { kind: 'binary', offset: 4 }),
      not('/run.txt', { kind: 'generated', sign: 'log' }),
    );
    expect(lacking).toEqual({
      blocks: true,
      text: 'No Japanese text was found. Seen instead: 2 not in Japanese, 2 empty or too short, 1 that cannot be read as text, 1 made by a program, or there twice. Put Japanese prose into the workspace, or choose a file below.',
    });
  });

  test('it says where texts are looked for when there is no file at all', () => {
    expect(lackingIn()?.text).toMatch(/^No text was found in this workspace: .*“tsuzuki\.fineTuning\.include”.* 2 are/);
  });

  test('it asks for a choice when the user has taken all files out', () => {
    const none = choose(surveyOf([prose('/海.txt', 20_000)], 0, String), '/海.txt', false);
    expect(whatIsLacking(none)).toEqual({ blocks: true, text: 'No file is chosen. Choose one below.' });
  });
});

test.each([
  [400, { blocks: true, text: '400 characters are too few to learn from. Some 10,000 are a beginning.' }],
  [2_000, { blocks: false, text: '2,000 characters are few: expect little. Some 10,000 are a beginning.' }],
  [20_000, undefined],
])('%d characters', (characters, lacking) => {
  expect(lackingIn(prose('/海.txt', characters))).toEqual(lacking);
});
