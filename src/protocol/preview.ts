import type { CursorParams } from './cursor';
import type { SamplingSettings } from './settings';

/**
 * Request, client → server: what would be suggested at a cursor with other sampling. Params: {@link PreviewParams}, result:
 * {@link Preview}. It waits while ghost text is asked for, the next one ends it, and nothing of it is offered or remembered.
 */
export const PREVIEW_METHOD = 'tsuzuki/preview';

/** How many continuations a preview has. */
export const PREVIEW_COUNT = 3;

export interface PreviewParams extends CursorParams {
  /** Need not be saved. Without a seed every preview draws another. */
  readonly sampling: SamplingSettings;
}

export interface PreviewedContinuation {
  /** With this as `sampling.seed` it is the first suggestion at the same place. */
  readonly seed: number;
  /** As it would be shown; empty when nothing of what the model wrote would be. */
  readonly text: string;
}

export type Preview =
  | { readonly kind: 'written'; readonly continuations: readonly PreviewedContinuation[] }
  /** Nothing is continued there: the text is not Japanese, or the cursor stands inside a line. */
  | { readonly kind: 'no-place' }
  /** The model could not be loaded; the status says why. */
  | { readonly kind: 'no-model' }
  /** Another preview was asked for, or this one was cancelled. */
  | { readonly kind: 'superseded' };
