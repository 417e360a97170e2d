import { expect, test } from 'vitest';
import { type LrSchedulerType, learningRateAt } from '../../../../src/engine/training/learning-rate';

/** The rates of 8 steps, as shares of the full one. */
function rates(lr_scheduler_type: LrSchedulerType, warmup_steps: number): number[] {
  const schedule = { lr_scheduler_type, learning_rate: 1, warmup_steps };
  return Array.from({ length: 8 }, (_, step) => Number(learningRateAt(schedule, step, 8).toFixed(4)));
}

// What get_scheduler of transformers gives for 8 steps.
test.each<[LrSchedulerType, number, number[]]>([
  ['constant', 0, [1, 1, 1, 1, 1, 1, 1, 1]],
  ['linear', 0, [1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125]],
  ['linear', 4, [0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25]],
  ['cosine', 0, [1, 0.9619, 0.8536, 0.6913, 0.5, 0.3087, 0.1464, 0.0381]],
  ['constant', 2, [0, 0.5, 1, 1, 1, 1, 1, 1]],
])('%s, %i steps of warm-up', (type, warmup, expected) => {
  expect(rates(type, warmup)).toEqual(expected);
});
