import type { Progress } from './progress';

/** What a run is doing: getting ready, learning, saving a checkpoint to end with, or making its result. */
export type RunPhase = 'starting' | 'training' | 'pausing' | 'finishing';

/** How a run can end without losing what it has learnt. */
export type KeepingEnd = 'pause' | 'finish';

/**
 * How a run can end now without losing what it has learnt: not at all before its first step. One that is resumed can be
 * paused while it gets ready, as its checkpoint is there.
 */
export function keepingEnds(phase: RunPhase, { step }: Progress): readonly KeepingEnd[] {
  if (step === 0 || phase === 'pausing') return [];
  return phase === 'training' ? ['finish', 'pause'] : ['pause'];
}
