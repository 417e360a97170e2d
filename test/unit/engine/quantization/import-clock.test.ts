import { describe, expect, test } from 'vitest';
import type { Checkpoint } from '../../../../src/engine/checkpoint/checkpoint';
import { parseConfig } from '../../../../src/engine/checkpoint/config';
import { gpt2Tensors } from '../../../../src/engine/checkpoint/gpt2-tensors';
import { QUANTIZATIONS } from '../../../../src/engine/quantization/dtype';
import { ImportClock } from '../../../../src/engine/quantization/import-clock';
import { type ImportPart, ImportProgress, importWork } from '../../../../src/engine/quantization/import-progress';
import { quantizedLayout } from '../../../../src/engine/quantization/quantized-layout';

test.each([
  // Milliseconds since the beginning, share done → seconds left.
  [100, 0.1, undefined],
  [2000, 0, undefined],
  [2000, 0.01, undefined],
  [1000, 0.1, 9],
  [5000, 0.5, 5],
  [5000, 0.9, 1],
  [5000, 1, 0],
])('after %i ms with %f done: %j', (elapsed, share, left) => {
  let now = 7;
  const clock = new ImportClock(() => now);
  now += elapsed;
  expect(clock.secondsLeft(share)).toBe(left);
});

describe('recorded imports of a model of medium’s shape', () => {
  const text = JSON.stringify({ model_type: 'gpt2', vocab_size: 32000, n_layer: 24, n_embd: 1024, n_head: 16 });
  const config = parseConfig(text, 'config.json');
  const tensors: Checkpoint['tensors'] = new Map(
    [...gpt2Tensors(config)].map(([name, shape]) => {
      const byteLength = shape.reduce((product, dim) => product * dim, 4);
      return [name, { file: 'model.safetensors', offset: 0, byteLength, dtype: 'F32', shape }];
    }),
  );
  const work = importWork({ folder: '', config, tensors }, quantizedLayout(config, QUANTIZATIONS.int8, ''));

  // Milliseconds of each part, until the model was open: on a machine at rest, and on one that had much else to do.
  test.each<Readonly<Partial<Record<ImportPart, number>>>>([
    { hashing: 1788, quantising: 8152, arranging: 4172 },
    { hashing: 2454, quantising: 11_947, arranging: 4150 },
    { hashing: 2222, quantising: 19_630, arranging: 5780 },
    { hashing: 3245, quantising: 18_114, arranging: 4734 },
  ])('%j: what is said to be left is, but for a third', (took) => {
    let share = 0;
    let now = 0;
    const progress = new ImportProgress(work, (told) => {
      share = told;
    });
    progress.leaveOut('arranging-prefill');
    const clock = new ImportClock(() => now);
    const end = Object.values(took).reduce((sum, ms) => sum + ms, 0);
    let begun = 0;
    const wrong: string[] = [];
    let said = 0;
    for (const [part, ms] of Object.entries(took) as [ImportPart, number][]) {
      for (let step = 0; step <= 20; step++) {
        now = begun + (ms * step) / 20;
        progress.advance(part, step / 20);
        const seconds = clock.secondsLeft(share);
        if (seconds === undefined) continue;
        said++;
        const left = (end - now) / 1000;
        // Seconds are rounded up.
        if (seconds < left / 1.5 || seconds - 1 > left * 1.5)
          wrong.push(`${seconds} s said, ${left.toFixed(1)} s left`);
      }
      begun += ms;
    }
    expect(wrong).toEqual([]);
    expect(said).toBeGreaterThan(40);
  });
});
