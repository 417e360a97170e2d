import { describe, expect, test } from 'vitest';
import { stepPlan } from '../../../../src/engine/training/step-plan';
import { type TrainingArguments, WALK_THROUGH } from '../../../../src/engine/training/training-arguments';

const BLOCKS = Array.from({ length: 10 }, (_, i) => Int32Array.of(i, i));

function plan(changes: Partial<TrainingArguments>) {
  return stepPlan(BLOCKS, { ...WALK_THROUGH, per_device_train_batch_size: 4, ...changes });
}

/** Which blocks a step trains on. */
const numbers = (blocks: readonly Int32Array[]) => blocks.map((block) => block[0] ?? -1);

test.each<[string, Partial<TrainingArguments>, number, number]>([
  ['10 blocks by 4, twice', { num_train_epochs: 2 }, 3, 6],
  ['half an epoch', { num_train_epochs: 0.5 }, 3, 2],
  ['accumulated twice', { gradient_accumulation_steps: 2, num_train_epochs: 1 }, 2, 2],
  ['max_steps wins', { max_steps: 7 }, 3, 7],
])('%s', (_, changes, stepsPerEpoch, totalSteps) => {
  expect(plan(changes)).toMatchObject({ stepsPerEpoch, totalSteps });
});

describe('an epoch', () => {
  const { blocksOf } = plan({ num_train_epochs: 2 });
  const epoch = (first: number) => [first, first + 1, first + 2].flatMap((step) => numbers(blocksOf(step)));

  test('sees every block once; its last step has what is left', () => {
    expect(epoch(0).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(blocksOf(2)).toHaveLength(2);
  });

  test('has an order of its own, the same each time', () => {
    expect(epoch(0)).not.toEqual(epoch(3));
    expect(numbers(plan({ num_train_epochs: 2 }).blocksOf(4))).toEqual(numbers(blocksOf(4)));
    expect(numbers(plan({ num_train_epochs: 2, seed: 7 }).blocksOf(0))).not.toEqual(numbers(blocksOf(0)));
  });
});
