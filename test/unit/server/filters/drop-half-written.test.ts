import { expect, test } from 'vitest';
import { dropHalfWritten } from '../../../../src/server/filters/drop-half-written';

test.each([
  ['猫がいた\uFFFD', '猫がいた'],
  ['猫がいた\uFFFD\uFFFD', '猫がいた'],
  ['猫がいた。 \n', '猫がいた。'],
  ['猫が\u3000', '猫が'],
  ['猫\uFFFDがいた', '猫\uFFFDがいた'],
  ['𩸽', '𩸽'],
  ['\uFFFD', ''],
  ['、', ''],
  ['，', ''],
  ['、海へ', '、海へ'],
  ['。', '。'],
  ['', ''],
])('%j → %j', (suggestion, kept) => expect(dropHalfWritten(suggestion)).toBe(kept));
