import { expect, test } from 'vitest';
import { filterSuggestions } from '../../../../src/server/filters/filter-suggestions';

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
