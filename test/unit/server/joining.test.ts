import { expect, test } from 'vitest';
import { joinsOf } from '../../../src/server/joining';

// The line with the cursor ║, what the model writes there, and what of it may be inserted.
test.each([
  ['漁師は║老いていた。', 'もうすっかり老いていた。', ['もう', 'もうすっかり']],
  ['漁師は║海へ出た。', '朝の光の中で、', ['朝の', '朝の光の', '朝の光の中で、']],
  ['漁師は║海へ出た。', '静かに', ['静かに']],
  ['漁師は║海へ出た。', '静かに\n　空は', ['静かに']],
  ['漁師は║海へ出た。', '海へ行く。', []],
])('%s + %s → %j', (marked, continuation, joins) => {
  const [before = '', restOfLine = ''] = marked.split('║');
  expect(joinsOf(continuation, { before, restOfLine })).toEqual(joins);
});
