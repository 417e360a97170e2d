import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitHeldOut } from '../../../../src/text/manuscript/held-out';

const line = (characters: number, end = '\n') => `${'海'.repeat(characters - 1)}${end}`;

test.each([
  ['the lines that begin in the last tenth', line(50).repeat(20), 900],
  ['from the beginning of a line', line(30) + line(60) + line(5) + line(5), 90],
  ['the last line where it is longer than a tenth', line(30) + line(30) + line(20), 60],
  ['not when that is more than half', line(10) + line(90), 100],
  ['nothing of a single line', line(500), 500],
  ['nothing of an unfinished one either', line(500, '海'), 500],
])('%s', (_, text, trained) => {
  const { training, heldOut } = splitHeldOut(text);
  expect(training.trimEnd().length).toBe(text.slice(0, trained).trimEnd().length);
  expect(heldOut.trimEnd()).toBe(text.slice(trained).trimEnd());
});

test('nothing is lost, and nothing is in both', () =>
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('海', 'は', '。', '\n') })), (parts) => {
      const text = parts.join('\n');
      const { training, heldOut } = splitHeldOut(text);
      expect((training + heldOut).trimEnd()).toBe(text.trimEnd());
    }),
  ));
