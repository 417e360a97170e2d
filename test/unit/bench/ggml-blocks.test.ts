import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float16Bits, float16Value, ggmlBlocks, ggmlBytes, ggmlNumbers } from '../../bench/gguf/ggml-blocks';

const BLOCK = 32;
const block = fc.float32Array({ minLength: BLOCK, maxLength: BLOCK, min: -100, max: 100, noNaN: true });

test.each([
  [0, 0x0000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65536, 0x7c00],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [1 + 2 ** -11, 0x3c00], // halfway: to the even one
  [1 + 3 * 2 ** -11, 0x3c02],
])('%d in 16 bits is %i', (x, bits) => expect(float16Bits(x)).toBe(bits));

test('16 bits that stand for a number are its bits', () => {
  for (let bits = 0; bits < 0x7c00; bits++) expect(float16Bits(float16Value(bits))).toBe(bits);
});

describe.each([
  ['q8_0', 34, 1 / 254],
  ['q4_0', 18, 1 / 8],
] as const)('%s', (type, bytes, coarseness) => {
  test(`takes ${bytes} bytes a block`, () => {
    expect(ggmlBytes(type, 3 * BLOCK)).toBe(3 * bytes);
    expect(ggmlBlocks(type, new Float32Array(3 * BLOCK))).toHaveLength(3 * bytes);
  });

  test('moves no number by more than its coarseness, of the largest in the block', () => {
    fc.assert(
      fc.property(block, (numbers) => {
        const rounded = ggmlNumbers(type, ggmlBlocks(type, numbers));
        const largest = Math.max(...numbers.map(Math.abs));
        // The scale itself is rounded to 11 bits, and below 2^−14 to fewer.
        const allowed = largest * (coarseness + 2 ** -10) + 2 ** -18;
        for (const [i, x] of numbers.entries()) expect(Math.abs((rounded[i] ?? 0) - x)).toBeLessThanOrEqual(allowed);
      }),
    );
  });
});

test('q4_0: the number of greatest magnitude gets the code −8, whatever its sign', () => {
  const numbers = new Float32Array(BLOCK);
  numbers[3] = 4;
  numbers[20] = -1;
  const bytes = ggmlBlocks('q4_0', numbers);
  expect([...bytes.slice(0, 2)]).toEqual([0x00, 0xb8]); // scale −0.5
  expect((bytes[2 + 3] ?? 0) & 15).toBe(0); // −8 · −0.5 = 4
  expect((bytes[2 + 4] ?? 0) >> 4).toBe(10); // (10 − 8) · −0.5 = −1
});
