import { expect, test } from 'vitest';
import { emptiedBy, filterSuggestions } from '../../../../src/server/filters/filter-suggestions';

// The document with the cursor ║, what the model wrote, what is offered.
test.each([
  ['彼は║', ['立った。', '立った', '泣いた。'], ['立った。', '泣いた。']],
  ['「えっ！　まさか║」', ['!」'], ['！']],
  ['「もう║」', ['行こう。 「うん」'], ['行こう。']],
  ['　老いた║', ['漁師《りょう\uFFFD', '男...「'], ['漁師', '男…']],
  ['漁師はもう老いていた。║', ['漁師はもう老いていた。', '海へ。'], ['海へ。']],
  ['彼は║', ['\uFFFD', ' '], []],
])('%j + %j → %j', (marked, continuations, offered) => {
  const [before = '', restOfLine = ''] = marked.split('║');
  expect(filterSuggestions(continuations, { before, restOfLine })).toEqual(offered);
});

// What the model wrote, and which filter left nothing of it.
test.each([
  ['彼は║', '立った。', undefined],
  ['彼は║', '', 'model'],
  ['彼は║', '\uFFFD', 'half-written'],
  ['彼は。║', '。', 'typography'],
  ['漁師はもう老いていた。║', '漁師はもう老いていた。', 'repetition'],
  ['彼は║', '《', 'typography'],
  ['漁師《║', 'りょう', 'marks'],
  ['「もう║」', '」', 'suffix'],
])('%j + %j is emptied by %j', (marked, continuation, name) => {
  const [before = '', restOfLine = ''] = marked.split('║');
  expect(emptiedBy(continuation, { before, restOfLine })).toBe(name);
});
