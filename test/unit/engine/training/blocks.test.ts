import { expect, test } from 'vitest';
import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizer';
import { batchOf, cutIntoBlocks, encodeDocument } from '../../../../src/engine/training/blocks';

test.each([
  [
    'whole blocks',
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    3,
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ],
  [
    'texts run on into each other',
    [
      [1, 2],
      [3, 4, 5],
    ],
    3,
    [
      [1, 2, 3],
      [4, 5],
    ],
  ],
  [
    'the last block may be shorter',
    [[1, 2, 3, 4, 5]],
    3,
    [
      [1, 2, 3],
      [4, 5],
    ],
  ],
  ['a single token predicts nothing', [[1, 2, 3, 4]], 3, [[1, 2, 3]]],
  ['no text', [], 3, []],
] as const)('%s', (_, documents, blockSize, expected) => {
  expect(cutIntoBlocks(documents, blockSize).map((block) => [...block])).toEqual(expected);
});

test('labels are the next tokens; the end of a block and padding are ignored', () => {
  const batch = batchOf([Int32Array.of(5, 6, 7), Int32Array.of(8, 9)]);
  expect(batch).toMatchObject({ rows: 2, length: 3, labelCount: 3 });
  expect([...batch.inputIds].map(Number)).toEqual([5, 6, 7, 8, 9, 0]);
  expect([...batch.labels].map(Number)).toEqual([6, 7, -100, 9, -100, -100]);
});

test.each([
  ['lines are segments', [], [1, 0x6d77, 0x5c71, 2]],
  ['the vocabulary has a line feed', [10], [1, 0x6d77, 10, 0x5c71, 2]],
])('a text is <s>, its lines, </s>: %s', (_, lineBreak, expected) => {
  const tokenizer = {
    specialIds: { bos: 1, eos: 2 },
    lineBreak,
    encode: (line: string) => [...line].map((character) => character.codePointAt(0) ?? 0),
  } as unknown as Tokenizer;
  expect(encodeDocument(tokenizer, '海\r\n\n　山\n')).toEqual(expected);
});
