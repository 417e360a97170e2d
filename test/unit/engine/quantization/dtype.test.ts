import { expect, test } from 'vitest';
import { parseConfig } from '../../../../src/engine/checkpoint/config';
import { gpt2Tensors } from '../../../../src/engine/checkpoint/gpt2-tensors';
import type { FloatType } from '../../../../src/engine/checkpoint/safetensors';
import { defaultDtype, formatFor, QUANTIZATIONS } from '../../../../src/engine/quantization/dtype';
import { quantizedLayout } from '../../../../src/engine/quantization/quantized-layout';
import { RINNA_SHAPES } from '../../../bench/random-gpt2';

const configOf = (shape: object) =>
  parseConfig(JSON.stringify({ model_type: 'gpt2', n_positions: 1024, vocab_size: 32000, ...shape }), 'config.json');

/** A checkpoint of that shape, as far as its header tells. */
function checkpoint(shape: object, dtype: FloatType = 'F32') {
  const config = configOf(shape);
  const place = { file: 'model.safetensors', offset: 0, byteLength: 0, dtype };
  const tensors = new Map([...gpt2Tensors(config)].map(([name, shape]) => [name, { ...place, shape }]));
  return { folder: '.', config, tensors };
}

test.each([
  ['xsmall', RINNA_SHAPES.xsmall, 'fp32'],
  ['small', RINNA_SHAPES.small, 'int8'],
  ['medium', RINNA_SHAPES.medium, 'int8'],
])('rinna’s %s runs by default in %s', (_, shape, expected) => {
  expect(defaultDtype(checkpoint(shape))).toBe(expected);
  // However they are stored, they are 32 bits while they run.
  expect(defaultDtype(checkpoint(shape, 'F16'))).toBe(expected);
});

test.each([
  [1024, 128],
  [2304, 128],
  [192, 64],
  [48, 16],
  [100, undefined],
])('rows of %d numbers go in blocks of %s', (width, blockSize) => {
  expect(formatFor(width, { bits: 8, blockSize: 128 })?.blockSize).toBe(blockSize);
});

test('every matrix of rinna’s models is quantised, and nothing else', () => {
  for (const shape of Object.values(RINNA_SHAPES)) {
    const config = configOf(shape);
    const { quantized, kept } = quantizedLayout(config, QUANTIZATIONS.int4, 'weights');
    const matrices = [...gpt2Tensors(config)].filter(([name, { length }]) => length === 2 && name !== 'wpe.weight');
    expect([...quantized.keys()]).toEqual(matrices.map(([name]) => name));
    expect(quantized.size + kept.size).toBe(gpt2Tensors(config).size);
  }
});

test('tensors begin at pages and do not overlap', () => {
  const { quantized, kept, size } = quantizedLayout(configOf(RINNA_SHAPES.xsmall), QUANTIZATIONS.int8, 'weights');
  const places = [...[...quantized.values()].flatMap(({ codes, scales }) => [codes, scales]), ...kept.values()];
  const sorted = places.toSorted((a, b) => a.offset - b.offset);
  sorted.forEach(({ offset, byteLength }, i) => {
    expect(offset % 4096).toBe(0);
    expect(offset + byteLength).toBeLessThanOrEqual(sorted[i + 1]?.offset ?? size);
  });
});
