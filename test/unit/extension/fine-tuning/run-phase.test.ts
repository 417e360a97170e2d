import { expect, test } from 'vitest';
import { NO_PROGRESS } from '../../../../src/extension/fine-tuning/progress';
import { keepingEnds } from '../../../../src/extension/fine-tuning/run-phase';

const resumed = { ...NO_PROGRESS, step: 50, totalSteps: 100 };

test('a run that has learnt something is kept or goes on later', () => {
  expect(keepingEnds('training', resumed)).toEqual(['finish', 'pause']);
});

test('a run that is resumed, or whose result is being made, can go on later', () => {
  expect(keepingEnds('starting', resumed)).toEqual(['pause']);
  expect(keepingEnds('finishing', resumed)).toEqual(['pause']);
});

test('there is nothing to keep before the first step, and nothing to choose while a checkpoint is saved', () => {
  expect(keepingEnds('starting', NO_PROGRESS)).toEqual([]);
  expect(keepingEnds('training', NO_PROGRESS)).toEqual([]);
  expect(keepingEnds('pausing', resumed)).toEqual([]);
});
