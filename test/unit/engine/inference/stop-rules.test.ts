import { describe, expect, test } from 'vitest';
import { beginsParagraph, sentenceEnd } from '../../../../src/engine/inference/stop-rules';

describe('the sentence ends at ║', () => {
  test.each([
    ['猫がいた。║犬もいた。'],
    ['本当に？！║そうだ。'],
    ['「そうだ。」║と言った。'],
    ['「『月だ！』」║と言った。'],
    ['えっ!?║ まさか'],
    ['（嘘だ。）║そう思った。'],
    ['。║'],
  ])('%s', (marked) => {
    const text = marked.replace('║', '');
    expect(text.slice(0, sentenceEnd(text))).toBe(marked.slice(0, marked.indexOf('║')));
  });
});

test.each(['', '猫がいた', '「そうだ」と', '３．１４は', 'えっ……', '一、二、'])('%j goes on', (text) =>
  expect(sentenceEnd(text)).toBe(-1),
);

test.each([
  ['', true],
  ['猫がいた。', true],
  ['「行こう」', true],
  ['えっ！', false],
  ['本当に?', false],
  ['本当に？', false],
  ['「えっ！」', true],
])('behind %j a ▁ opens a line: %s', (before, opens) => expect(beginsParagraph(before)).toBe(opens));
