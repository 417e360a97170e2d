import type { TrainingEvent } from '../../protocol/training';

export interface LossPoint {
  readonly step: number;
  /** Nats per token. */
  readonly loss: number;
}

/** Where a run stands, from the events it has told. */
export interface Progress {
  readonly step: number;
  /** 0 before it has begun. */
  readonly totalSteps: number;
  readonly tokensPerSecond?: number;
  readonly secondsLeft?: number;
  readonly training: readonly LossPoint[];
  readonly heldOut: readonly LossPoint[];
}

export const NO_PROGRESS: Progress = { step: 0, totalSteps: 0, training: [], heldOut: [] };

/** The progress after one more event. */
export function progressAfter(progress: Progress, event: TrainingEvent): Progress {
  switch (event.type) {
    case 'started': {
      // What an interrupted run did after its last checkpoint is done again.
      const upTo = (points: readonly LossPoint[]) => points.filter(({ step }) => step <= event.resumed_from);
      const { training, heldOut } = progress;
      return {
        step: event.resumed_from,
        totalSteps: event.total_steps,
        training: upTo(training),
        heldOut: upTo(heldOut),
      };
    }
    case 'step':
      return {
        ...progress,
        step: event.step,
        tokensPerSecond: event.tokens_per_second,
        secondsLeft: event.seconds_left,
        training: [...progress.training, { step: event.step, loss: event.loss }],
      };
    case 'evaluated':
      return { ...progress, heldOut: [...progress.heldOut, { step: event.step, loss: event.eval_loss }] };
    default:
      return progress;
  }
}

/** At most `most` points: each the mean of as many neighbours as that takes. */
export function thinned(points: readonly LossPoint[], most: number): readonly LossPoint[] {
  const size = Math.ceil(points.length / most);
  if (size <= 1) return points;
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) => {
    const group = points.slice(index * size, (index + 1) * size);
    const loss = group.reduce((sum, point) => sum + point.loss, 0) / group.length;
    return { step: group.at(-1)?.step ?? 0, loss };
  });
}

/** A figure of the text that was held out. */
export interface BeforeAndAfter {
  readonly before: number;
  readonly after: number;
}

/** What a run has brought, by the text that was held out. */
export type Verdict =
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'better' | 'worse';
      /** Nats per token. */
      readonly loss: BeforeAndAfter;
      /** Missing for runs of versions that did not count them. */
      readonly bitsPerCharacter?: BeforeAndAfter;
      /** Of the loss, from 0 to 1: what it has lost, or gained where it got worse. That of the bits is the same. */
      readonly share: number;
    };

/** The figures that a run leaves on record, as far as there are any. */
export interface HeldOutFigures {
  readonly evalLossBefore?: number | undefined;
  readonly evalLossAfter?: number | undefined;
  readonly bitsPerCharacterBefore?: number | undefined;
  readonly bitsPerCharacterAfter?: number | undefined;
}

export function verdictOn(figures: HeldOutFigures): Verdict {
  const loss = pair(figures.evalLossBefore, figures.evalLossAfter);
  if (loss === undefined) return { kind: 'unknown' };
  const bitsPerCharacter = pair(figures.bitsPerCharacterBefore, figures.bitsPerCharacterAfter);
  return {
    kind: loss.after < loss.before ? 'better' : 'worse',
    loss,
    ...(bitsPerCharacter && { bitsPerCharacter }),
    share: Math.abs(loss.before - loss.after) / loss.before,
  };
}

function pair(before: number | undefined, after: number | undefined): BeforeAndAfter | undefined {
  return before === undefined || after === undefined ? undefined : { before, after };
}
