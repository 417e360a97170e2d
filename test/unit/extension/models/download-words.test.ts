import { expect, test, vi } from 'vitest';
import { agreement, progressText } from '../../../../src/extension/models/download-words';

vi.mock('vscode', () => import('../vscode-l10n'));

test.each([
  [{ receivedBytes: 0, totalBytes: 1.37e9, elsewhere: false }, '0 kB of 1.37 GB'],
  [
    { receivedBytes: 370e6, totalBytes: 1.37e9, bytesPerSecond: 2e6, elsewhere: false },
    '370 MB of 1.37 GB · 2 MB/s · about 8 min left',
  ],
  [
    { receivedBytes: 370e6, totalBytes: 1.37e9, elsewhere: true },
    '370 MB of 1.37 GB · another window is downloading it',
  ],
])('progress %j', (progress, text) => expect(progressText(progress)).toBe(text));

const survey = {
  id: 'rinna/japanese-gpt2-medium',
  commit: 'a'.repeat(40),
  license: 'mit',
  totalBytes: 1.37e9,
  presentBytes: 0,
  parameters: 336e6,
  host: 'huggingface.co',
};

test('the agreement says what is fetched, from where, under which licence, and what room there is', () => {
  expect(agreement(survey, 52e9)).toBe(
    [
      'This opens a network connection to huggingface.co and downloads 1.37 GB. Your texts are not sent.',
      '',
      'Size: 336 M parameters',
      'Licence: MIT',
      'Revision: aaaaaaaaaaaa',
      'Free on the disk: 52 GB',
    ].join('\n'),
  );
});

test('a download to resume says what is here already', () => {
  const text = agreement({ ...survey, presentBytes: 370e6 }, 52e9);
  expect(text).toContain('downloads 1 GB.');
  expect(text).toContain('370 MB of 1.37 GB are here already.');
});
