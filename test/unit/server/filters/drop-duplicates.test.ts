import { expect, test } from 'vitest';
import { dropDuplicates } from '../../../../src/server/filters/drop-duplicates';

test.each([
  [
    ['海へ出た。', '海を見た。'],
    ['海へ出た。', '海を見た。'],
  ],
  [['海へ出た。', '海へ出た', '海へ、出た。'], ['海へ出た。']],
  [['海へ出た。', '', '海へ出た。'], ['海へ出た。']],
  [
    ['……', '。', '……'],
    ['……', '。'],
  ],
  [[], []],
])('%j → %j', (alternatives, kept) => expect(dropDuplicates(alternatives)).toEqual(kept));
