import { describe, expect, test } from 'vitest';
import { suggestionEnd, withoutCutEnd } from '../../../../src/text/phrases/suggestion-end';

/** The line up to the cursor ║, and what the model writes, which is to end at the next ║. */
function expectEnd(length: 'phrase' | 'sentence', marked: string): void {
  const [before = '', suggestion = '', rest = ''] = marked.split('║');
  const whole = suggestion + rest;
  const end = suggestionEnd(length, before)(whole);
  expect(whole.slice(0, end < 0 ? whole.length : end)).toBe(suggestion);
}

describe('a sentence ends', () => {
  test.each([
    '彼は║立った。║そして歩いた。',
    '彼は║、立って、歩いた。║',
    '彼は║「行こう」と言った。║',
    // A line of speech is closed first, and only then the sentence ends.
    '彼は║「行こう。海へ行こう。」║と言った。',
    '║「行こう！　海へ」と言った。║空は',
    // What the writer says ends with the bracket that closes it.
    '「もう║行こう。海へ行こう。」║と言った。',
    '「もう║行こう」║と言った。',
    '「彼は『もう║行こう。』と言った」║と。',
    '「彼は║『行こう。』と言った。」║と。',
    'まさか║！？║そうだ。',
    '彼は║立った',
  ])('%s', (marked) => expectEnd('sentence', marked));
});

describe('a phrase ends', () => {
  test.each([
    '彼は║静かに立って、║歩いた。',
    '彼は║立った。║そして',
    '「もう║行こう。║海へ行こう。」',
    '「もう║行こう」║と言った。',
    '「もう║行こう。」║と言った。',
    '彼は║「行こう、║海へ」',
    '彼は║立った',
  ])('%s', (marked) => expectEnd('phrase', marked));
});

// The line up to the cursor ║, and what the limit has cut, of which is kept what stands before the next ║.
test.each([
  ['sentence', '彼は║静かに║立ち上がっ'],
  ['sentence', '彼は║静かに║立'],
  ['sentence', '彼は║立った。║'],
  ['sentence', '彼は║立った。静かに║歩'],
  ['sentence', '彼は静║かに║立'],
  ['none', '彼は║静かに║歩\uFFFD'],
  ['none', '彼は║║立ち'],
  ['paragraph', '彼は║立った。║静かに歩'],
  ['paragraph', '彼は║静かに║歩'],
  ['paragraph', '彼は║立った。「行こう。」║静かに'],
  ['phrase', '彼は║静かに、║'],
] as const)('%s, cut by the limit: %s', (stopAt, marked) => {
  const [before = '', kept = '', dropped = ''] = marked.split('║');
  expect(withoutCutEnd(kept + dropped, before, stopAt)).toBe(kept);
});
