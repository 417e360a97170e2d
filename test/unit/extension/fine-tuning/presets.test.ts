import { describe, expect, it } from 'vitest';
import { planOf } from '../../../../src/extension/fine-tuning/presets';

const tokens = (training: number, heldOut = 0) => ({
  files: 1,
  training: { characters: training * 2, tokens: training },
  heldOut: { characters: heldOut * 2, tokens: heldOut },
});
const measured = { seconds: 6, peak_bytes: 1, block_size: 256 };

describe('the steps of a preset', () => {
  it.each([
    // 10 blocks of 256 tokens, 4 a step: 3 steps an epoch.
    ['trial', 2400, 3],
    ['standard', 2400, 12],
    ['thorough', 2400, 12],
    // A trial stays one, however long the texts are.
    ['trial', 1_000_000, 30],
    ['standard', 1_000_000, 4 * 977],
    ['standard', 10, 4],
  ] as const)('%s on %d tokens: %d', (preset, training, steps) => {
    const plan = planOf(preset, 'lora', tokens(training), undefined);
    expect(plan.steps).toBe(steps);
    expect(plan.minutes).toBeUndefined();
  });

  it('are what the trainer is told', () => {
    expect(planOf('trial', 'lora', tokens(1_000_000), undefined).hyperparameters).toMatchObject({
      num_train_epochs: 1,
      max_steps: 30,
    });
    expect(planOf('standard', 'lora', tokens(2400), undefined).hyperparameters).toMatchObject({
      num_train_epochs: 4,
      max_steps: -1,
    });
  });

  it('are more for a model that reads less at once', () => {
    expect(planOf('trial', 'lora', tokens(2048), { ...measured, block_size: 64 }).steps).toBe(8);
  });
});

describe('of a model that is trained whole', () => {
  it('the presets have no rank', () => {
    const { hyperparameters, steps } = planOf('standard', 'full', tokens(2400), undefined);
    expect(hyperparameters).toMatchObject({ method: 'full', learning_rate: 1e-4, num_train_epochs: 4 });
    expect(hyperparameters).not.toHaveProperty('lora_r');
    expect(steps).toBe(12);
  });
});

describe('the minutes of a preset', () => {
  it('follow from the measured step and the tokens', () => {
    // 1024 tokens a step, 10 steps an epoch.
    expect(planOf('standard', 'lora', tokens(10 * 1024), measured).minutes).toBeCloseTo(4);
    expect(planOf('trial', 'lora', tokens(1_000_000), measured).minutes).toBeCloseTo(3);
    expect(planOf('thorough', 'lora', tokens(10 * 1024), measured).minutes).toBeCloseTo(8);
  });

  it('count the evaluations, each at a third of a step', () => {
    // 3 steps' worth of held-out tokens, before the first and after each of 4 epochs.
    expect(planOf('standard', 'lora', tokens(10 * 1024, 3 * 1024), measured).minutes).toBeCloseTo(4.5);
  });
});
