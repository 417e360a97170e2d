import { expect, test } from 'vitest';
import { closeSpeechOnce } from '../../../../src/server/filters/close-speech-once';

// The document up to the cursor ║, what the model wrote, what is offered.
test.each([
  ['「もう║', '行こう」', '行こう」'],
  ['「もう║', '行こう」と言った。', '行こう」と言った。'],
  ['「もう║', '行こう」」と言った。', '行こう」と言った。'],
  ['「もう║', '行こう。「うん」', '行こう。」'],
  ['「もう║', '行こう。\n「うん」', '行こう。」'],
  ['「彼は『もう║', '行こう。\n「うん」', '行こう。』」'],
  ['「もう║', '行こう。', '行こう。'],
  // A quotation inside the speech is none of its own.
  ['「彼は║', '『行こう』と言ったよ」', '『行こう』と言ったよ」'],
  ['彼は║', '「行こう」「うん」', '「行こう」「うん」'],
  ['彼は║', '「行こう。「うん」', '「行こう。」'],
  // Nobody speaks.
  ['彼は║', '行った」と言った。', '行った'],
  ['「行こう」║', '」と言った。', 'と言った。'],
  ['「もう\n彼は║', '行った」', '行った'],
  ['「もう║', '', ''],
])('%j + %j → %j', (marked, suggestion, offered) =>
  expect(closeSpeechOnce(suggestion, marked.replace('║', ''))).toBe(offered),
);
