import { describe, expect, it } from 'vitest';
import { NO_PROGRESS, progressAfter, thinned, verdictOn } from '../../../../src/extension/fine-tuning/progress';
import type { TrainingEvent } from '../../../../src/protocol/training';

const started = (resumed_from: number): TrainingEvent => ({
  type: 'started',
  total_steps: 10,
  steps_per_epoch: 5,
  blocks: 20,
  tokens: 5000,
  micro_batch_size: 4,
  trained_parameters: 1000,
  resumed_from,
});
const step = (number: number, loss: number): TrainingEvent => ({
  type: 'step',
  step: number,
  epoch: number / 5,
  loss,
  grad_norm: 1,
  learning_rate: 1e-4,
  tokens_per_second: 500,
  seconds_left: 60,
});
const evaluated = (number: number, eval_loss: number): TrainingEvent => ({
  type: 'evaluated',
  step: number,
  eval_loss,
  eval_bits_per_character: 0.8 * eval_loss,
});
const after = (...events: TrainingEvent[]) => events.reduce(progressAfter, NO_PROGRESS);

describe('progress', () => {
  it('grows with each step and each evaluation', () =>
    expect(after(started(0), evaluated(0, 4), step(1, 3.9), step(2, 3.8))).toEqual({
      step: 2,
      totalSteps: 10,
      tokensPerSecond: 500,
      secondsLeft: 60,
      training: [
        { step: 1, loss: 3.9 },
        { step: 2, loss: 3.8 },
      ],
      heldOut: [{ step: 0, loss: 4 }],
    }));

  it('goes on from the checkpoint: what came after it is done again', () =>
    expect(after(started(0), evaluated(0, 4), step(1, 3.9), step(2, 3.8), started(1))).toEqual({
      step: 1,
      totalSteps: 10,
      training: [{ step: 1, loss: 3.9 }],
      heldOut: [{ step: 0, loss: 4 }],
    }));
});

describe('thinned points', () => {
  const points = [1, 2, 3, 4, 5].map((number) => ({ step: number, loss: number }));
  it('are means of neighbours', () =>
    expect(thinned(points, 3)).toEqual([
      { step: 2, loss: 1.5 },
      { step: 4, loss: 3.5 },
      { step: 5, loss: 5 },
    ]));
  it('are the points themselves while there are few', () => expect(thinned(points, 5)).toBe(points));
});

describe('the verdict', () => {
  it.each([
    [4, 3.9, 'better'],
    [4, 4.1, 'worse'],
    [4, 4, 'worse'],
    [4, undefined, 'unknown'],
    [undefined, undefined, 'unknown'],
  ])('%s, then %s: %s', (before, then, kind) =>
    expect(verdictOn({ evalLossBefore: before, evalLossAfter: then }).kind).toBe(kind),
  );

  it('says by how much', () =>
    expect(
      verdictOn({ evalLossBefore: 4, evalLossAfter: 3.9, bitsPerCharacterBefore: 3.2, bitsPerCharacterAfter: 3.12 }),
    ).toEqual({
      kind: 'better',
      loss: { before: 4, after: 3.9 },
      bitsPerCharacter: { before: 3.2, after: 3.12 },
      share: expect.closeTo(0.025),
    }));

  it('says it of runs that did not count bits', () =>
    expect(verdictOn({ evalLossBefore: 4, evalLossAfter: 4.2 })).toEqual({
      kind: 'worse',
      loss: { before: 4, after: 4.2 },
      share: expect.closeTo(0.05),
    }));
});
