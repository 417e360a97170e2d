import type { Block } from './blocks';
import { epochOrder } from './data-order';
import { effectiveBatchSize, type TrainingArguments } from './training-arguments';

/** Which blocks each step trains on: a function of the arguments and the step's index alone. */
export interface StepPlan {
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  /** Blocks of the step with index `step`, counted from 0. The last step of an epoch may have fewer. */
  blocksOf(step: number): readonly Block[];
}

export function stepPlan(blocks: readonly Block[], args: TrainingArguments): StepPlan {
  const batch = effectiveBatchSize(args);
  const stepsPerEpoch = Math.max(1, Math.ceil(blocks.length / batch));
  const totalSteps =
    args.max_steps > 0 ? args.max_steps : Math.max(1, Math.ceil(args.num_train_epochs * stepsPerEpoch));
  return {
    totalSteps,
    stepsPerEpoch,
    blocksOf: (step) => {
      const order = epochOrder(blocks.length, args.seed, Math.floor(step / stepsPerEpoch));
      const start = (step % stepsPerEpoch) * batch;
      return order.slice(start, start + batch).flatMap((index) => blocks[index] ?? []);
    },
  };
}
