import { expect, test } from 'vitest';
import { nextPart } from '../../../../src/text/phrases/next-part';

// The document up to the cursor ║, what is offered, and what of it is taken.
test.each([
  ['phrase', '彼女は║', '静かに窓を開けた。', '静かに'],
  // The 文節 has begun before the cursor.
  ['phrase', '彼女║', 'は静かに窓を開けた。', 'は'],
  ['phrase', '「おはよう║', '」と母が言った。', '」と'],
  ['phrase', '彼女は静かに窓を║', '開けた。', '開けた。'],
  ['phrase', '夜が明けた。║', '\n　彼は起きた。', '\n　彼は'],
  ['phrase', '夜が明けた。\n║', '　彼は起きた。', '　彼は'],
  ['sentence', '彼女は║', '静かに窓を開けた。夜風が入った。', '静かに窓を開けた。'],
  ['sentence', '「行こう║', '。」と言った。夜だった。', '。」と言った。'],
  ['sentence', '夜が明けた。║', '彼は起きた', '彼は起きた'],
  ['sentence', '夜が明けた。║', '\n　彼は起きた。昼だった。', '\n　彼は起きた。'],
] as const)('%s: %j + %j → %j', (unit, marked, suggestion, part) =>
  expect(nextPart(unit, marked.replace('║', ''), suggestion)).toBe(part),
);
