import { expect, test } from 'vitest';
import { dropSuffixOverlap } from '../../../../src/server/filters/drop-suffix-overlap';

// The document with the cursor ║, what the model wrote, what is offered.
test.each([
  ['「彼は║」', '行った」', '行った'],
  ['『「彼は║」』', '行った」』', '行った'],
  ['『「彼は║」』', '行った」', '行った'],
  ['「彼は║」', '行った', '行った'],
  ['「彼は║」', '「行った」と言った', '「行った」と言った'],
  ['「彼は║」', '」', ''],
  ['彼は║', '行った」', '行った」'],
  ['「彼は║」 ', '行った」', '行った'],
])('%s + %s → %s', (marked, suggestion, offered) =>
  expect(dropSuffixOverlap(suggestion, marked.slice(marked.indexOf('║') + 1))).toBe(offered),
);
