import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Manuscript } from '../../../../src/text/manuscript/manuscript';
import { withoutNearDuplicates } from '../../../../src/text/manuscript/near-duplicates';
import { readText } from '../../../../src/text/manuscript/read-manuscript';
import { AOZORA_WORKS } from '../aozora-works';
import { proseOf } from './prose';

function manuscript(path: string, text: string, modified?: number): Manuscript {
  const bytes = new TextEncoder().encode(text);
  return readText({ path, bytes, ...(modified === undefined ? {} : { modified }) });
}

/** What is kept, and for what the others were left out. */
function outcome(manuscripts: readonly Manuscript[]): Record<string, string> {
  return Object.fromEntries(
    withoutNearDuplicates(manuscripts).map((one) => {
      if (one.kind === 'prose') return [one.path, 'kept'];
      return [one.path, one.reason.kind === 'near-duplicate' ? one.reason.of : one.reason.kind];
    }),
  );
}

const [FIRST, SECOND, THIRD] = [proseOf(1, 100), proseOf(2, 100), proseOf(3, 100)] as const;

describe('near-duplicates', () => {
  test.each([
    ['different texts', [manuscript('a', FIRST), manuscript('b', SECOND)], { a: 'kept', b: 'kept' }],
    ['a copy, of the same age', [manuscript('a', FIRST, 1), manuscript('b', FIRST, 1)], { a: 'kept', b: 'a' }],
    ['a copy, newer', [manuscript('a', FIRST, 1), manuscript('b', FIRST, 2)], { a: 'b', b: 'kept' }],
    [
      'a newer draft, a little shorter',
      [manuscript('a', FIRST, 1), manuscript('b', FIRST.replaceAll('舟', '').replaceAll('光った', '輝いた'), 2)],
      { a: 'b', b: 'kept' },
    ],
    [
      'chapters and the whole, however old',
      [manuscript('1', FIRST, 9), manuscript('2', SECOND, 9), manuscript('all', FIRST + SECOND, 1)],
      { '1': 'all', '2': 'all', all: 'kept' },
    ],
    [
      'three drafts',
      [
        manuscript('a', FIRST, 3),
        manuscript('b', `${FIRST}${THIRD.slice(0, 200)}`, 1),
        manuscript('c', FIRST.slice(50), 2),
      ],
      { a: 'kept', b: 'a', c: 'a' },
    ],
    ['what was left out before', [manuscript('a', FIRST), manuscript('b', '')], { a: 'kept', b: 'empty' }],
    ['nothing', [], {}],
  ])('%s', (_, manuscripts, expected) => expect(outcome(manuscripts)).toEqual(expected));

  test('how much is in common', () => {
    const half = FIRST + SECOND.slice(0, FIRST.length / 2);
    const [, part] = withoutNearDuplicates([manuscript('a', half + THIRD), manuscript('b', half)]);
    expect(part).toMatchObject({ reason: { kind: 'near-duplicate', of: 'a', share: expect.closeTo(1, 1) } });
  });
});

// 山月記 is there twice: in old orthography (623), and in new (624).
test.skipIf(AOZORA_WORKS.length === 0)('works as 青空文庫 serves them (needs TSUZUKI_FIXTURES)', () => {
  const manuscripts = AOZORA_WORKS.map(([path, file]) => readText({ path, bytes: readFileSync(file) }));
  const duplicates = Object.entries(outcome(manuscripts)).filter(([, of]) => of !== 'kept');
  expect(duplicates).toEqual([['623_ruby_18352.txt', '624_ruby_5668.txt']]);
});
