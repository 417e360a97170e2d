import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src/engine/inference/random';
import {
  type BlockFormat,
  dequantizeBlocks,
  quantizeBlocks,
} from '../../../../src/engine/quantization/block-quantization';

const random = seededRandom(1);
/** Numbers as trained weights have them: most are small, a few in each block are not. */
const WEIGHTS = Float32Array.from({ length: 4096 }, () => (random() + random() + random() - 1.5) ** 3);

const roundTrip = (numbers: Float32Array, format: BlockFormat) =>
  dequantizeBlocks(quantizeBlocks(numbers, format), format);
const squaredError = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + (x - (b[i] ?? 0)) ** 2, 0);

test.each([16, 32, 64, 128])('8 bits in blocks of %d: every number comes back within half a scale', (blockSize) => {
  const format = { bits: 8, blockSize } as const;
  const { scales } = quantizeBlocks(WEIGHTS, format);
  const back = roundTrip(WEIGHTS, format);
  WEIGHTS.forEach((weight, i) => {
    const scale = scales[Math.floor(i / blockSize)] ?? 0;
    expect(Math.abs((back[i] ?? 0) - weight)).toBeLessThanOrEqual(scale * 0.5001);
  });
});

test.each([16, 32, 64, 128])(
  '4 bits in blocks of %d: within half a scale, but for what lies beyond the last code',
  (blockSize) => {
    const format = { bits: 4, blockSize } as const;
    const { scales } = quantizeBlocks(WEIGHTS, format);
    const back = roundTrip(WEIGHTS, format);
    WEIGHTS.forEach((weight, i) => {
      const scale = scales[Math.floor(i / blockSize)] ?? 0;
      const level = weight / scale;
      if (level > 7.5) expect(back[i]).toBeCloseTo(7 * scale, 6);
      else if (level < -8.5) expect(back[i]).toBeCloseTo(-8 * scale, 6);
      else expect(Math.abs((back[i] ?? 0) - weight)).toBeLessThanOrEqual(Math.abs(scale) * 0.5001);
    });
  },
);

test('the scale of 4 bits is better than the one that just reaches the largest number', () => {
  const format = { bits: 4, blockSize: 32 } as const;
  const plain = WEIGHTS.map((weight, i) => {
    const block = WEIGHTS.subarray(i - (i % 32), i - (i % 32) + 32);
    const scale = Math.max(...block.map(Math.abs)) / 7;
    return Math.round(weight / scale) * scale;
  });
  expect(squaredError(WEIGHTS, roundTrip(WEIGHTS, format))).toBeLessThan(0.8 * squaredError(WEIGHTS, plain));
});

describe.each([4, 8] as const)('%d bits', (bits) => {
  test('zeros stay zeros', () => {
    expect(roundTrip(new Float32Array(64), { bits, blockSize: 32 })).toEqual(new Float32Array(64));
  });

  test('what is on the codes already comes back the same', () => {
    const format = { bits, blockSize: 16 } as const;
    const numbers = Float32Array.from({ length: 16 }, (_, i) => (i - 8) / 4);
    const once = roundTrip(numbers, format);
    const error = bits === 4 ? 1e-6 : 0.5 / 63;
    once.forEach((number, i) => {
      expect(Math.abs(number - (numbers[i] ?? 0))).toBeLessThanOrEqual(error);
    });
  });

  test('half a block is refused', () => {
    expect(() => quantizeBlocks(new Float32Array(24), { bits, blockSize: 16 })).toThrow('24 numbers in blocks of 16');
  });
});

test('the first of two 4-bit codes lies in the lower half of their byte', () => {
  const numbers = new Float32Array(16);
  numbers[0] = -8;
  numbers[1] = 7;
  const { codes, scales } = quantizeBlocks(numbers, { bits: 4, blockSize: 16 });
  expect(scales).toEqual(Float32Array.of(1));
  expect(codes[0]).toBe(0 | (15 << 4));
  expect(codes[1]).toBe(8 | (8 << 4));
});
