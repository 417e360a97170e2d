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
  ['彼は║。', '行った。', '行った'],
  // What would stand behind the 」 that is there.
  ['「彼は║」', '行った」と言った。', '行った'],
  ['「彼は║」', '『行く』と言った」と話した。', '『行く』と言った'],
  ['「彼は『行く║』と」', '』と', ''],
  ['彼は║」', '「行った」と言った', '「行った」と言った'],
])('%s + %s → %s', (marked, suggestion, offered) => {
  const [before = '', restOfLine = ''] = marked.split('║');
  expect(dropSuffixOverlap(suggestion, restOfLine, before)).toBe(offered);
});
