import { expect, test } from 'vitest';
import { adamWStep, clippingScale, decays, gradientNorm, newAdamWState } from '../../../../src/engine/training/adamw';

const OPTIONS = {
  betas: [0.9, 0.999],
  eps: 1e-8,
  weight_decay: 0.1,
  learningRate: 0.01,
  gradientScale: 1,
  decays: () => true,
} as const;

test('two steps as torch.optim.AdamW takes them', () => {
  const parameters = new Map([['w', Float32Array.of(1, -2)]]);
  const state = newAdamWState(parameters);
  adamWStep(parameters, new Map([['w', Float32Array.of(0.5, -1)]]), state, OPTIONS);
  // The first step has the length of the learning rate, whatever the gradient, after the decay by 0.1 %.
  expect(parameters.get('w')?.[0]).toBeCloseTo(1 * 0.999 - 0.01, 6);
  expect(parameters.get('w')?.[1]).toBeCloseTo(-2 * 0.999 + 0.01, 6);
  adamWStep(parameters, new Map([['w', Float32Array.of(-0.5, 0)]]), state, OPTIONS);
  const m = (0.9 * 0.05 - 0.1 * 0.5) / (1 - 0.81);
  const v = (0.999 * 0.00025 + 0.00025) / (1 - 0.999 ** 2);
  expect(parameters.get('w')?.[0]).toBeCloseTo(0.989 * 0.999 - (0.01 * m) / Math.sqrt(v), 5);
  expect(state.steps).toBe(2);
});

test.each([
  ['trainer', 'h.0.attn.c_attn.weight', true],
  ['trainer', 'h.0.attn.c_attn.bias', false],
  ['trainer', 'h.0.ln_1.weight', false],
  ['trainer', 'ln_f.weight', false],
  ['trainer', 'h.0.mlp.c_fc.lora_A', true],
  ['all', 'ln_f.bias', true],
] as const)('weight decay of %s: %s %s', (of, name, expected) => {
  expect(decays(of)(name)).toBe(expected);
});

test('gradients are scaled down to the norm, never up', () => {
  const norm = gradientNorm(
    new Map([
      ['a', Float32Array.of(3)],
      ['b', Float32Array.of(4)],
    ]),
  );
  expect(norm).toBe(5);
  expect(clippingScale(norm, 1)).toBeCloseTo(0.2, 5);
  expect(clippingScale(0.5, 1)).toBe(1);
});
