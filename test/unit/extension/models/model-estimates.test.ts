import { describe, expect, test } from 'vitest';
import { decodeBytes, estimatedSpeed, memoryInInt8 } from '../../../../src/extension/models/model-estimates';

const MEDIUM = { parameters: 336e6, layers: 24, width: 1024 };

/** The figures measured are those of docs/measurements.md. */
describe('estimates lie within a fifth of what was measured', () => {
  const share = (estimate: number, measured: number) => estimate / measured;

  test('memory of the medium shape in 8 bits: 831 MiB', () => {
    expect(share(memoryInInt8(MEDIUM), 831 * 2 ** 20)).toBeGreaterThan(0.8);
    expect(share(memoryInInt8(MEDIUM), 831 * 2 ** 20)).toBeLessThan(1.2);
  });

  test.each([
    ['int8', 334],
    ['int4', 190],
    ['fp32', 1280],
    ['default', 334],
  ] as const)('weights of the medium shape in %s: %d MiB', (dtype, mebibytes) => {
    expect(share(decodeBytes(MEDIUM.parameters, dtype), mebibytes * 2 ** 20)).toBeGreaterThan(0.95);
    expect(share(decodeBytes(MEDIUM.parameters, dtype), mebibytes * 2 ** 20)).toBeLessThan(1.06);
  });

  test('speed of the medium shape, from the 476 tokens/s of the embedded model: 41.8', () => {
    const embedded = { parameters: 7.95e6, tokensPerSecond: 476 };
    expect(share(estimatedSpeed(embedded, MEDIUM.parameters, 'default'), 41.8)).toBeGreaterThan(0.8);
    expect(share(estimatedSpeed(embedded, MEDIUM.parameters, 'default'), 41.8)).toBeLessThan(1.2);
  });
});

test('small models stay in 32 bits unless told otherwise', () => {
  expect(decodeBytes(37e6, 'default')).toBe(148e6);
});
